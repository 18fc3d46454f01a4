import TestSupport
import Testing

@testable import HTTP

/// What a parser said, with content put together again.
private struct Transcript: Equatable {
  struct Part: Equatable {
    let name: String
    let contentType: String?
    var content: [UInt8] = []
    var isEnded = false
  }

  var parts: [Part] = []
  var error: HTTPError?

  /// Parses `pieces`, one after the other.
  init(_ pieces: [[UInt8]], boundary: String) throws {
    let boundary = try #require(MultipartBoundary(Array(boundary.utf8)))
    var parser = MultipartParser(boundary)
    var parts: [Part] = []
    do throws(HTTPError) {
      for piece in pieces {
        let outcome = piece.withUnsafeBytes { bytes in
          Result { () throws(HTTPError) in
            try parser.parse(bytes) { (action) throws(HTTPError) in
              switch action {
              case .partBegan(let header):
                parts.append(
                  Part(
                    name: String(decoding: header.name, as: UTF8.self),
                    contentType: header.contentType))
              case .content(let bytes): parts[parts.count - 1].content += bytes
              case .partEnded: parts[parts.count - 1].isEnded = true
              }
            }
          }
        }
        try outcome.get()
      }
      try parser.finish()
    } catch {
      self.error = error
    }
    self.parts = parts
  }
}

private func part(_ name: String, _ content: String, _ headers: String = "") -> String {
  "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\(headers)\r\n\(content)\r\n"
}

struct MultipartParserTests {
  /// Content that looks like a delimiter at every length, and everything that may surround parts.
  private static let tricky = """
    preamble\r
    --b \t\r
    Content-Disposition: form-data; name="volume"; filename="a\\"b; name=x"\r
    Content-Type: Application/Octet-Stream; x=y\r
    \r
    \r\r\n\r\n-\r\n--\r\r\n--\n\r\n--c\r\n-b--b\r\n\r\n\r
    --b\r
    content-disposition:form-data;name=empty\r
    \r
    \r
    --b\r
    Content-Disposition: form-data; name="bare"\r
    \r
    --b--\r
    epilogue\r
    --b\r

    """

  private static let trickyParts = [
    Transcript.Part(
      name: "volume", contentType: "application/octet-stream",
      content: Array("\r\r\n\r\n-\r\n--\r\r\n--\n\r\n--c\r\n-b--b\r\n\r\n".utf8), isEnded: true),
    Transcript.Part(name: "empty", contentType: nil, isEnded: true),
    Transcript.Part(name: "bare", contentType: nil, isEnded: true),
  ]

  @Test("A form is taken apart in the same way wherever it is split")
  func everySplit() throws {
    let bytes = Array(Self.tricky.utf8)
    for split in 0...bytes.count {
      let pieces = [Array(bytes[..<split]), Array(bytes[split...])]
      let transcript = try Transcript(pieces, boundary: "b")
      #expect(transcript.error == nil, "split at \(split)")
      #expect(transcript.parts == Self.trickyParts, "split at \(split)")
    }
  }

  @Test("A form is taken apart in the same way in pieces of any size", arguments: 1...9)
  func everyPieceSize(_ size: Int) throws {
    let bytes = Array(Self.tricky.utf8)
    let pieces = stride(from: 0, to: bytes.count, by: size).map {
      Array(bytes[$0..<min($0 + size, bytes.count)])
    }
    let transcript = try Transcript(pieces, boundary: "b")
    #expect(transcript.error == nil)
    #expect(transcript.parts == Self.trickyParts)
  }

  @Test("A form that is cut off anywhere before its last boundary is malformed")
  func everyCut() throws {
    let form = part("a", "1") + part("b", "2") + "--b--"
    let bytes = Array(form.utf8)
    for end in 0..<bytes.count {
      let transcript = try Transcript([Array(bytes[..<end])], boundary: "b")
      #expect(transcript.error == .multipartMalformed, "cut at \(end)")
    }
    #expect(try Transcript([bytes], boundary: "b").error == nil)
  }

  @Test(
    "A malformed part is refused",
    arguments: [
      "Content-Disposition: form-data",
      "Content-Disposition: attachment; name=\"a\"",
      "Content-Disposition: form-data; name=\"a\"; name=\"b\"",
      "Content-Disposition: form-data; name=\"a",
      "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"a\"",
      "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=c",
      "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: MULTIPART/; broken=\"",
      "Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64",
      "Content-Disposition: form-data; name=\"a\"\r\nno colon",
      "Content-Disposition : form-data; name=\"a\"",
      "Content-Disposition: form-data; name=\"a\"\nX: y",
      "Content-Disposition: form-data; name=\"a\"\rX: y",
      "Content-Type: text/plain",
    ])
  func malformedPart(_ header: String) throws {
    let form = "--b\r\n\(header)\r\n\r\ncontent\r\n--b--"
    let transcript = try Transcript([Array(form.utf8)], boundary: "b")
    #expect(transcript.error == .multipartMalformed)
  }

  @Test(
    "A line that only begins like a boundary is refused",
    arguments: ["--bc\r\n", "--b-\r\n", "--b \r\r\n"])
  func longerBoundary(_ line: String) throws {
    let form = part("a", "1") + line
    #expect(try Transcript([Array(form.utf8)], boundary: "b").error == .multipartMalformed)
  }

  @Test("As many parts as allowed pass, one more is refused")
  func partLimit() throws {
    for (count, error) in [
      (MultipartParser.partLimit, nil),
      (MultipartParser.partLimit + 1, HTTPError.tooManyParts(limit: MultipartParser.partLimit)),
    ] {
      let form = (0..<count).map { part("p\($0)", "") }.joined() + "--b--"
      #expect(try Transcript([Array(form.utf8)], boundary: "b").error == error, "\(count) parts")
    }
  }

  @Test("As many header lines as allowed pass, one more is refused")
  func headerLineLimit() throws {
    let limit = MultipartParser.headerLineLimit
    for (count, error) in [(limit, nil), (limit + 1, HTTPError.multipartMalformed)] {
      let headers = (1..<count).map { "X-\($0): y\r\n" }.joined()
      let form = part("a", "1", headers) + "--b--"
      #expect(try Transcript([Array(form.utf8)], boundary: "b").error == error, "\(count) lines")
    }
  }

  @Test("A header as long as allowed passes, one byte more is refused")
  func headerByteLimit() throws {
    let fixed = "Content-Disposition: form-data; name=\"a\"\r\nX: \r\n\r\n".utf8.count
    for (excess, error) in [(0, nil), (1, HTTPError.multipartMalformed)] {
      let filler = String(
        repeating: "x", count: MultipartParser.headerByteLimit - fixed + excess)
      let form = part("a", "1", "X: \(filler)\r\n") + "--b--"
      #expect(try Transcript([Array(form.utf8)], boundary: "b").error == error, "\(excess) more")
    }
  }

  @Test(
    "A boundary has 1 to 70 characters of the standard's set",
    arguments: [
      ("b", true), ("----WebKitFormBoundaryAbc123", true), ("a'()+_,-./:=? b", true),
      (String(repeating: "b", count: 70), true), (String(repeating: "b", count: 71), false),
      ("", false), ("\"", false), ("b ", false), ("a\r\nb", false), ("a[b]*", false), ("ä", false),
    ])
  func boundary(_ text: String, _ isValid: Bool) {
    #expect((MultipartBoundary(Array(text.utf8)) != nil) == isValid)
  }
}
