import TestSupport

@testable import HTTP

/// A form: its content type up to the first line feed, then the body.
///
/// Laws: however the body is split, the same comes of it; a form of the parts that were found, written
/// anew, has the same parts; and the files and fields that are received are those parts.
struct FuzzedForm {
  private let contentType: [UInt8]
  private let body: [UInt8]
  private let splits: [[Range<Int>]]

  init(_ bytes: [UInt8]) {
    contentType = Array(bytes.prefix { $0 != ASCII.lineFeed })
    body = Array(bytes.dropFirst(contentType.count + 1))
    splits = [
      [0..<body.count], body.indices.map { $0..<($0 + 1) }, Self.pieces(of: body),
    ]
  }

  func check() throws(BrokenLaw) {
    let boundaries = ParameterizedValue(contentType)?.values("boundary") ?? []
    guard boundaries.count == 1, let boundary = MultipartBoundary(boundaries[0]) else { return }
    let transcript = FormTranscript(body, splits[0], boundary)
    for split in splits.dropFirst() {
      try demand(
        FormTranscript(body, split, boundary) == transcript, "another split, another transcript")
    }
    try checkWriting(transcript, boundary)
    let received = received(splits[0], boundary)
    try demand(received == self.received(splits[2], boundary), "another split, another form")
    guard case .success(let form) = received else { return }
    try demand(transcript.error == nil, "a malformed form was received")
    for part in transcript.parts {
      let isFile = FormReceived.policy.fileFields.contains(part.text)
      try demand(
        isFile
          ? form.files[part.text] == FormReceived.File(part)
          : form.fields[part.text] == part.content, "another part was received")
    }
  }

  private func checkWriting(
    _ transcript: FormTranscript, _ boundary: MultipartBoundary
  ) throws(BrokenLaw) {
    let limit = MultipartParser.headerByteLimit / 4
    guard transcript.error == nil, transcript.parts.allSatisfy({ $0.name.count < limit }) else {
      return
    }
    let bytes = transcript.parts.flatMap { $0.written(boundary) } + boundary.delimiter
    let whole = Array((bytes + Array("--".utf8)).dropFirst(2))
    let again = FormTranscript(whole, [0..<whole.count], boundary)
    guard !transcript.parts.isEmpty else { return }
    try demand(again == transcript, "the parts, written anew, are others")
  }

  private func received(
    _ split: [Range<Int>], _ boundary: MultipartBoundary
  ) -> Result<FormReceived, HTTPError> {
    Result { () throws(HTTPError) in
      var receiver = try FormReceiver(
        FormReceived.policy, boundary: boundary, spool: SpoolSpace(directory: "/dev/shm"),
        reserving: 0)
      for range in split {
        let outcome = body[range].withUnsafeBytes { bytes in
          Result { () throws(HTTPError) in try receiver.receive(bytes) }
        }
        try outcome.get()
      }
      return FormReceived(try receiver.finish())
    }
  }

  /// Pieces of 1 to 16 bytes, the same for the same body.
  private static func pieces(of body: [UInt8]) -> [Range<Int>] {
    var random = VolumesRandom(seed: body.reduce(7) { $0 &* 31 &+ UInt64($1) })
    var pieces: [Range<Int>] = []
    var start = 0
    while start < body.count {
      let end = min(start + Int.random(in: 1...16, using: &random), body.count)
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }
}

/// What the parser said of a body, with content put together again.
private struct FormTranscript: Equatable {
  struct Part: Equatable {
    let name: [UInt8]
    let contentType: String?
    var content: [UInt8] = []
    var isEnded = false

    var text: String { String(decoding: name, as: UTF8.self) }

    /// The boundary before the part, its header and its content.
    func written(_ boundary: MultipartBoundary) -> [UInt8] {
      let quoted = name.flatMap { byte in
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
          ? [UInt8(ascii: "\\"), byte] : [byte]
      }
      let type = contentType.map { "\r\nContent-Type: \($0)" } ?? ""
      return boundary.delimiter + Array("\r\nContent-Disposition: form-data; name=\"".utf8) + quoted
        + Array("\"\(type)\r\n\r\n".utf8) + content
    }
  }

  private(set) var parts: [Part] = []
  private(set) var error: HTTPError?

  init(_ body: [UInt8], _ split: [Range<Int>], _ boundary: MultipartBoundary) {
    var parser = MultipartParser(boundary)
    do throws(HTTPError) {
      for range in split {
        let outcome = body[range].withUnsafeBytes { bytes in
          Result { () throws(HTTPError) in try parser.parse(bytes) { take($0) } }
        }
        try outcome.get()
      }
      try parser.finish()
    } catch {
      self.error = error
    }
  }

  private mutating func take(_ action: MultipartParser.Action) {
    switch action {
    case .partBegan(let header):
      parts.append(Part(name: header.name, contentType: header.contentType))
    case .content(let bytes): parts[parts.count - 1].content += bytes
    case .partEnded: parts[parts.count - 1].isEnded = true
    }
  }
}

/// What the receiver made of a body.
private struct FormReceived: Equatable {
  struct File: Equatable {
    let content: [UInt8]
    let sha256: String
    let contentType: String?

    init(_ part: FormTranscript.Part) {
      content = part.content
      sha256 = ModelDigest.sha256(part.content)
      contentType = part.contentType
    }

    init(_ file: UploadedFile) {
      content = FuzzFile.contents(of: file.file.fileDescriptor, count: file.byteCount)
      sha256 = file.sha256.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      contentType = file.contentType
    }
  }

  static let policy = FormPolicy(
    fileFields: ["volume"], memoryFields: ["prompt": 16, "options": 64])

  let files: [String: File]
  let fields: [String: [UInt8]]

  init(_ body: Request.Body) {
    guard case .form(let files, let fields) = body else {
      (self.files, self.fields) = ([:], [:])
      return
    }
    self.files = files.mapValues { File($0) }
    self.fields = fields
  }
}
