/// Receives a form. Files are stored in the spool, and small fields in memory.
struct FormReceiver {
  private var parser: MultipartParser
  /// The parsed parts; nil while a piece is processed, and after a failure.
  private var contents: FormContents?

  /// Opens the spool file for the first file part.
  ///
  /// - Parameter reserving: The declared length of the body; 0 if it is unknown.
  /// - Throws: ``HTTPError/storageFull`` or ``HTTPError/internalFailure``.
  init(
    _ policy: FormPolicy, boundary: MultipartBoundary, spool: SpoolSpace, reserving: Int
  ) throws(HTTPError) {
    parser = MultipartParser(boundary, seriesLimit: policy.seriesLimit)
    contents = FormContents(
      policy: policy, spool: spool,
      spare: try UploadWriter(spool, reserving: reserving, contentType: nil))
  }

  /// Adds the next bytes.
  ///
  /// - Throws: The errors of ``MultipartParser``, of the form's fields and of the spool.
  mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) {
    // Moves the contents out of the property. Otherwise, every append would copy the fields.
    guard var contents = contents.take() else { throw .internalFailure }
    try parser.parse(bytes) { (action) throws(HTTPError) in
      switch action {
      case .partBegan(let header): try contents.begin(header)
      case .content(let bytes): try contents.append(bytes)
      case .partEnded: try contents.endPart()
      }
    }
    self.contents = contents
  }

  /// Ends the form and returns its files and fields.
  ///
  /// - Throws: ``HTTPError/multipartMalformed``, ``HTTPError/missingField(name:)``, or the first error in a field.
  func finish() throws(HTTPError) -> Request.Body {
    try parser.finish()
    guard let contents else { throw .internalFailure }
    return try contents.finish()
  }
}

/// The parts of a form that have been received so far.
private struct FormContents {
  private enum Part {
    /// No part is open, or the open part is ignored.
    case none
    case file(String, UploadWriter)
    /// A file of a series, with its length so far.
    case member(Int)
    case memory(String, limit: Int, [UInt8])
  }

  let policy: FormPolicy
  let spool: SpoolSpace
  /// An open spool file that no part uses yet.
  var spare: UploadWriter?
  private var part = Part.none
  /// The first error in a field. It is thrown at the end, because syntax errors of the form take precedence.
  private var fieldError: HTTPError?
  private var files: [String: UploadedFile] = [:]
  /// The spool file that contains all files of the series, and the length of each file.
  private var series: (writer: UploadWriter, lengths: [Int])?
  private var fields: [String: [UInt8]] = [:]
  /// Number of parts that do not belong to the series.
  private var otherParts = 0

  /// Maximum number of parts outside the series. The limit is high: if the files of a series have the wrong field
  /// name, the error should be about the name and not about the number of parts.
  private static let strayPartLimit = 4096

  init(policy: FormPolicy, spool: SpoolSpace, spare: UploadWriter) {
    self.policy = policy
    self.spool = spool
    self.spare = spare
  }

  mutating func begin(_ header: MultipartPartHeader) throws(HTTPError) {
    var name = String(decoding: header.name, as: UTF8.self)
    // PHP, jQuery and other software write “dicom[]” for a repeated field.
    if let series = policy.seriesField, ListName.plain(name) == series { name = series }
    // The names in the policy are ASCII. A name with other characters must not match them.
    let isASCII = header.name.allSatisfy { $0 < 0x80 }
    if name != policy.seriesField { otherParts += 1 }
    guard otherParts <= Self.strayPartLimit else { throw .tooManyParts(limit: Self.strayPartLimit) }
    if files[name] != nil || fields[name] != nil {
      fieldError = fieldError ?? .duplicateField(name: name)
    } else if isASCII, name == policy.seriesField {
      part = .member(0)
      if series == nil { series = (try writer(nil), []) }
      guard let count = series?.lengths.count, count < policy.seriesLimit else {
        throw .tooManyParts(limit: policy.seriesLimit)
      }
    } else if isASCII, policy.fileFields.contains(name) {
      part = .file(name, try writer(header.contentType))
    } else if isASCII, let limit = policy.memoryFields[name] {
      part = .memory(name, limit: limit, [])
    } else {
      fieldError = fieldError ?? .unknownField
    }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) {
    // The part is `.none` while its value changes, so that the value is not copied.
    switch part {
    case .none: return
    case .file(let name, var writer):
      part = .none
      try writer.append(bytes)
      part = .file(name, writer)
    case .member(let length):
      // The writer holds no bytes itself, so this copies nothing large.
      try series?.writer.append(bytes)
      part = .member(length + bytes.count)
    case .memory(let name, let limit, var content):
      part = .none
      guard bytes.count <= limit - content.count else {
        throw .bodyTooLarge(limit: limit, actual: nil)
      }
      content.append(contentsOf: bytes)
      part = .memory(name, limit: limit, content)
    }
  }

  mutating func endPart() throws(HTTPError) {
    switch part {
    case .none: return
    case .file(let name, let writer): files[name] = try writer.finish()
    case .member(let length): series?.lengths.append(length)
    case .memory(let name, _, let content): fields[name] = content
    }
    part = .none
  }

  func finish() throws(HTTPError) -> Request.Body {
    if let fieldError { throw fieldError }
    if let series, let name = policy.seriesField {
      // A form that contains a series and also a file would contain two volumes.
      if let other = files.keys.first { throw .duplicateField(name: other) }
      guard series.lengths.contains(where: { $0 > 0 }) else { throw .emptyBody }
      let file = try series.writer.finish().divided(into: series.lengths)
      return .form(files: [name: file], fields: fields)
    }
    for name in policy.fileFields.sorted() {
      guard let file = files[name] else { throw .missingField(name: name) }
      guard file.byteCount > 0 else { throw .emptyBody }
    }
    return .form(files: files, fields: fields)
  }

  private mutating func writer(_ contentType: String?) throws(HTTPError) -> UploadWriter {
    if let spare {
      self.spare = nil
      return spare.labelled(contentType: contentType)
    }
    return try UploadWriter(spool, reserving: 0, contentType: contentType)
  }
}
