public import StrictJSON

/// A diagnosis in its stored form. All responses are made from it: JSON, CSV, HTML, structured reports and heat maps.
public struct StoredDiagnosis: Sendable, Equatable {
  /// The diagnosis's id: `dx_` followed by 32 hexadecimal digits.
  public let id: String
  /// The creation time in UTC, in RFC 3339 format to the second: `2026-11-22T15:04:05Z`.
  public let createdAt: String
  /// The description of the volume in responses, with its `id` and `warnings`.
  public let volume: JSONObject
  /// The description of the model in responses, with `name`, `version` and `sha256`.
  public let model: JSONObject
  /// The findings, highest score first.
  public let findings: [StoredFinding]
  /// Members that occur only in JSON: `cache`, `timings_ms` and, on request, `embedding`.
  public let details: JSONObject
  /// The model's notice, which states the intended use and the limits of a score.
  public let notice: String

  /// Makes a diagnosis. `volume` and `model` must contain the members listed in their properties' comments.
  public init(
    id: String, createdAt: String, volume: JSONObject, model: JSONObject,
    findings: [StoredFinding], details: JSONObject, notice: String
  ) {
    self.id = id
    self.createdAt = createdAt
    self.volume = volume
    self.model = model
    self.findings = findings
    self.details = details
    self.notice = notice
  }
}

// MARK: Codec

extension StoredDiagnosis {
  /// The version of the documents that this program writes. Documents of version 1 do not state their version and equal
  /// the response's JSON. Documents written by brgsa 0.1.0 also lack `decision`.
  public static let version = 2

  private static let versionStart = Array(#"{"version":"#.utf8)
  private static let versionMark = versionStart + Array("\(version),".utf8)

  /// The document to store: the version, followed by the members of ``json``.
  public var document: [UInt8] { Self.versionMark + json.bytes.dropFirst() }

  /// Returns the response's JSON from a document without parsing it; nil if the document has a later version.
  public static func response(in document: [UInt8]) -> [UInt8]? {
    guard document.starts(with: versionStart) else { return document }
    guard document.starts(with: versionMark) else { return nil }
    return [UInt8(ascii: "{")] + document.dropFirst(versionMark.count)
  }

  /// The response as JSON. Equal diagnoses give equal bytes.
  public var json: JSON {
    let start: JSONObject = [
      "id": .string(id), "created_at": .string(createdAt), "volume": .object(volume),
      "model": .object(model), "findings": .array(findings.map(\.json)),
    ]
    return .object(start + details + ["notice": .string(notice)])
  }

  /// Reads a document of this version or an earlier one; nil for any other document.
  public init?(document: [UInt8]) {
    guard let response = Self.response(in: document), let json = try? JSON(parsing: response),
      let members = json.object?.members, json["version"] == nil,
      let id = json["id"]?.text, let createdAt = json["created_at"]?.text,
      Self.digits(ofTime: createdAt) != nil,
      let volume = json["volume"]?.object, volume["id"]?.text != nil,
      let model = json["model"]?.object,
      ["name", "version", "sha256"].allSatisfy({ model[$0]?.text != nil }),
      let findings = json["findings"]?.all(StoredFinding.init),
      let notice = json["notice"]?.text
    else { return nil }
    let named = ["id", "created_at", "volume", "model", "findings", "notice"]
    self.init(
      id: id, createdAt: createdAt, volume: volume, model: model, findings: findings,
      details: JSONObject(members.filter { !named.contains($0.key) }), notice: notice)
  }

  /// Returns the 14 digits of a time; nil if the text does not have the format of ``createdAt``.
  private static func digits(ofTime text: String) -> String? {
    let digits = text.filter { $0.isASCII && $0.isNumber }
    return text.hasSuffix("Z") && text.utf8.count == 20 && digits.count == 14 ? digits : nil
  }
}

// MARK: Facts of the volume and the model

extension StoredDiagnosis {
  /// The creation date as YYYYMMDD, in UTC.
  public var date: String { String((Self.digits(ofTime: createdAt) ?? "").prefix(8)) }

  /// The creation time as HHMMSS, in UTC.
  public var time: String { String((Self.digits(ofTime: createdAt) ?? "").suffix(6)) }

  /// The id of the volume.
  public var volumeID: String { volume["id"]?.text ?? "" }

  /// The warnings about the volume.
  public var warnings: [(code: String, detail: String)] {
    (volume["warnings"]?.array ?? []).map {
      ($0["code"]?.text ?? "", $0["detail"]?.text ?? "")
    }
  }

  /// What the scores are; empty if it is unknown.
  public var scoreExplanation: String {
    ScoreWords.explanation(of: findings.first?.scoreKind ?? "") ?? ""
  }

  /// Returns a text member of the model's origin, such as `license`; empty if it is missing.
  public func provenance(_ member: String) -> String { model["provenance"]?[member]?.text ?? "" }

  /// Returns a text member of the model, such as `name`; empty if it is missing.
  public func model(_ member: String) -> String { model[member]?.text ?? "" }

  /// The model parameters that determine the scores, each as `name=value`.
  public var modelParameters: [String] {
    let (calibration, provenance) = (model["calibration"], model["provenance"])
    return [
      ("sha256", model["sha256"]), ("recipe", model["recipe"]), ("compute", model["compute"]),
      ("score", model["score_kind"]), ("license", provenance?["license"]),
      ("training data", provenance?["training_data"]),
      ("source sha256", provenance?["source_sha256"]),
      ("calibration", calibration?["name"]), ("calibration sha256", calibration?["sha256"]),
    ].compactMap { name, value in value?.text.map { "\(name)=\($0)" } }
  }
}
