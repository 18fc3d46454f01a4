internal import Archives
internal import Formats
internal import Inference
internal import Storage
internal import StrictJSON
internal import Volumes

/// Converts stored volumes to JSON, and reads their metadata from requests.
public enum VolumeBody {
  /// The allowed members of metadata.
  static let members = ["name", "tags", "accession", "study_uid", "series_uid"]
  /// The members that may be null. Null means the same as a missing member.
  static let nullable: Set<String> = ["name", "accession", "study_uid", "series_uid"]
  /// The maximum number of tags of a volume or report.
  static let tagLimit = 64
  /// The maximum length of a tag's name. It may contain ASCII letters, digits, `.`, `_` and `-`.
  static let tagNameLimit = 64
  /// The maximum length of a tag's value in UTF-8 bytes.
  static let tagValueLimit = 256
  /// The maximum length of a display name in UTF-8 bytes.
  public static let nameLimit = 256
  /// The maximum length of an accession number or UID in bytes, as in DICOM.
  static let identifierLimit = 64

  /// - Parameters:
  ///   - slices: The result of ``slices(_:)``; nil to omit it.
  ///   - source: The result of ``source(_:)``; nil to omit it.
  ///   - notice: The model's notice if the volume is the whole response; otherwise nil.
  static func json(
    _ volume: StoredVolume, slices: JSON? = nil, source: JSON? = nil, notice: String? = nil
  ) -> JSON {
    let described =
      volume.description.map { DiagnosisBody.volume(volume.id, $0) }
      ?? ["id": .string(volume.id)]
    return .object(
      described + [
        "created_at": .string(Timestamp.rfc3339(secondsSince1970: volume.createdAt)),
        "bytes": .integer(volume.byteCount), "metadata": metadata(volume.metadata),
        "encoded": volume.isEncoded.map(JSON.bool), "slices": slices, "source": source,
        "notice": notice.map(JSON.string),
      ])
  }

  /// Describes the slices in each plane; null if the volume's voxels are not stored.
  static func slices(_ extents: [VoxelGrid.Plane: VoxelGrid.Extent]?) -> JSON {
    .optional(extents) { extents in
      .members(
        VoxelGrid.Plane.allCases.compactMap { plane in
          extents[plane].map { extent in
            (
              plane.rawValue,
              [
                "count": .integer(extent.count), "width": .integer(extent.width),
                "height": .integer(extent.height),
                "pixel_mm": .array(extent.pixel.map(JSON.double)),
              ]
            )
          }
        })
    }
  }

  /// Describes the stored file of a volume; null if it is not stored.
  static func source(_ source: StoredSource?) -> JSON {
    .optional(source) { ["bytes": .integer($0.byteCount)] }
  }

  static func metadata(_ metadata: VolumeMetadata) -> JSON {
    [
      "name": .optional(metadata.name, JSON.string), "tags": tags(metadata.tags),
      "accession": .optional(metadata.accession, JSON.string),
      "study_uid": .optional(metadata.studyUID, JSON.string),
      "series_uid": .optional(metadata.seriesUID, JSON.string),
    ]
  }

  /// Returns the tags sorted by name, so that equal tags give equal bytes.
  static func tags(_ tags: [String: String]) -> JSON {
    .members(
      tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { ($0.key, .string($0.value)) })
  }

  static func metadata(_ object: RequestReader) throws(Problem) -> VolumeMetadata {
    VolumeMetadata(
      name: try name(object["name"]), tags: try tags(object["tags"]),
      accession: try identifier(object["accession"]),
      studyUID: try identifier(object["study_uid"]),
      seriesUID: try identifier(object["series_uid"]))
  }

  /// Reads the member `tags` of a request.
  static func tags(_ member: RequestReader?) throws(Problem) -> [String: String] {
    guard let member else { return [:] }
    let found = try member.value("an object", \.object).members
    let texts = try found.map { (tag) throws(Problem) in
      // The pointer omits the tag's name, because it is text from the client.
      guard let text = tag.value.text else { throw member.unfit("a text") }
      return (tag.key, text)
    }
    guard texts.count <= tagLimit else {
      throw Problem(
        .invalidValue, "There are too many tags.", limit: .integer(tagLimit),
        actual: .integer(texts.count)
      ).at(member.pointer)
    }
    for (name, value) in texts {
      guard isTag(name, value) else {
        throw member.unfit(
          "names of 1 to \(tagNameLimit) letters a–z, A–Z, digits, “.”, “_” and “-”, and texts of 1 to \(tagValueLimit) bytes"
        )
      }
    }
    return Dictionary(texts) { _, last in last }
  }

  /// Returns true if a volume can have the tag.
  public static func isTag(_ name: String, _ value: String) -> Bool {
    isTagName(name) && (1...tagValueLimit).contains(value.utf8.count)
  }

  static func isTagName(_ name: String) -> Bool {
    (1...tagNameLimit).contains(name.utf8.count)
      && name.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || $0 == "." || $0 == "_" || $0 == "-"
      }
  }

  /// Returns true for `sha256-` followed by 64 lower-case hexadecimal digits.
  static func isID(_ id: String) -> Bool {
    let digits = id.utf8.dropFirst(7)
    return id.hasPrefix("sha256-") && digits.count == 64
      && digits.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  /// Returns true if `text` can be a display name: it is not empty, not too long, and has no control characters.
  public static func isName(_ text: String) -> Bool {
    (1...nameLimit).contains(text.utf8.count)
      && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
      && text.contains { !$0.isWhitespace }
  }

  private static func name(_ member: RequestReader?) throws(Problem) -> String? {
    guard let member else { return nil }
    let text = try member.text()
    guard isName(text) else {
      throw member.unfit(
        "1 to \(nameLimit) bytes with a visible character and no control characters")
    }
    return text
  }

  private static func identifier(_ member: RequestReader?) throws(Problem) -> String? {
    guard let member else { return nil }
    let text = try member.text()
    guard (1...identifierLimit).contains(text.utf8.count) else {
      throw member.unfit("1 to \(identifierLimit) bytes")
    }
    return text
  }
}
