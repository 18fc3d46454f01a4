/// Receives a form: files into the spool, small fields into memory.
struct FormReceiver {
  private var parser: MultipartParser
  /// nil while a piece is processed, and for good after a failure.
  private var contents: FormContents?

  /// Opens the file of the first file part now, for at most `reserving` bytes; 0 if the number is
  /// unknown.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
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
  /// - Throws: The errors of ``MultipartParser``, of fields and of the spool.
  mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) {
    // Taken out, not copied: a copy would make every appended byte copy the fields.
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

  /// Ends the body.
  ///
  /// - Throws: ``HTTPError/multipartMalformed``, ``HTTPError/missingField(name:)``.
  func finish() throws(HTTPError) -> Request.Body {
    try parser.finish()
    guard let contents else { throw .internalFailure }
    return try contents.finish()
  }
}

/// The parsed parts of a form so far.
private struct FormContents {
  private enum Part {
    /// No part, or an ignored one.
    case none
    case file(String, UploadWriter)
    /// One of several files, and its length so far.
    case member(Int)
    case memory(String, limit: Int, [UInt8])
  }

  let policy: FormPolicy
  let spool: SpoolSpace
  /// An open file that no part uses yet.
  var spare: UploadWriter?
  private var part = Part.none
  /// The first wrong field. It is reported at the end, because a malformed form matters more.
  private var fieldError: HTTPError?
  private var files: [String: UploadedFile] = [:]
  /// The file of all members of a series, and the length of each.
  private var series: (writer: UploadWriter, lengths: [Int])?
  private var fields: [String: [UInt8]] = [:]
  /// Parts that are not members of a series.
  private var otherParts = 0

  /// Limit of parts outside the series. It is high, so that a whole series under a wrong name gets
  /// an error about the name, not about its length.
  private static let strayPartLimit = 4096

  init(policy: FormPolicy, spool: SpoolSpace, spare: UploadWriter) {
    self.policy = policy
    self.spool = spool
    self.spare = spare
  }

  mutating func begin(_ header: MultipartPartHeader) throws(HTTPError) {
    var name = String(decoding: header.name, as: UTF8.self)
    // PHP, jQuery and others write “dicom[]” for a repeated field.
    if let series = policy.seriesField, ListName.plain(name) == series { name = series }
    // Names of the policy are ASCII, and ASCII text equals no other text.
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
    // The case is emptied while its value changes, so that appending does not copy.
    switch part {
    case .none: return
    case .file(let name, var writer):
      part = .none
      try writer.append(bytes)
      part = .file(name, writer)
    case .member(let length):
      // A short path that copies nothing: the writer has a file and two numbers.
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
      // Both together would be two volumes.
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
