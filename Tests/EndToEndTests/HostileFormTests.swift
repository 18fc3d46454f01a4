import TestSupport
import Testing

/// Table B of HostileInputs.md through the real server.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileFormTests {
  private struct Row {
    let name: String
    var type = "multipart/form-data; boundary=b"
    let body: [UInt8]
    let status: Int
    var code: String?
  }

  private static let good = HostileVolumes.good().bytes()
  private static let end = Array("--b--\r\n".utf8)
  private static let volume = part("volume", good)

  /// - Parameters:
  ///   - more: Behind the name.
  ///   - fields: Whole lines below it.
  private static func part(
    _ name: String, _ content: [UInt8], _ more: String = "", _ fields: String = ""
  ) -> [UInt8] {
    Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\(fields)\r\n".utf8)
      + content + [13, 10]
  }

  private static func refused(
    _ name: String, type: String = "multipart/form-data; boundary=b", _ body: [UInt8],
    _ status: Int = 400, _ code: String = "multipart-malformed"
  ) -> Row {
    Row(name: name, type: type, body: body, status: status, code: code)
  }

  private static let boundaries: [Row] = [
    "", "; boundary=", "; boundary=\"", "; boundary=\(String(repeating: "b", count: 71))",
    "; boundary=\"[b]*\"", "; boundary=b; boundary=c",
  ].map { refused("B1 \($0.prefix(20))", type: "multipart/form-data\($0)", volume + end) }

  private static let shapes: [Row] = [
    refused(
      "B1 line end", type: "multipart/form-data; boundary=\"b\rc\"", [1], 400, "malformed-request"),
    refused("B2 never closed", volume),
    refused("B2 cut in a part's head", volume + Array("--b\r\nContent-Dispo".utf8)),
    refused(
      "B2 nested",
      part("volume", good, "", "Content-Type: multipart/mixed; boundary=c\r\n") + end),
    refused(
      "B3 79 files under another name",
      (0..<79).flatMap { _ in part("files", [49]) } + end, 422, "unknown-field"),
    refused(
      "B3 79 files under the name of one",
      (0..<79).flatMap { _ in part("volume", [49]) } + end, 400, "duplicate-field"),
    refused(
      "B3 10,000 parts",
      volume + (0..<10_000).flatMap { _ in part("x", [49]) } + end, 413, "too-many-parts"),
    refused(
      "B3 100 fields in a part",
      part("volume", good, "", (0..<100).map { "X-\($0): SECRET\r\n" }.joined()) + end),
    refused(
      "B3 64 KiB in a part's head",
      part("volume", good, "", "X: \(String(repeating: "y", count: 65_536))\r\n") + end),
    refused("B5 two volumes", volume + volume + end, 400, "duplicate-field"),
    refused("B5 unknown", volume + part("SECRET", [49]) + end, 422, "unknown-field"),
    refused("B5 absent", part("request", Array("{}".utf8)) + end, 400, "missing-field"),
  ]

  private static let names: [Row] =
    [
      "; filename=\"../../etc/SECRET\"", "; filename=\"/etc/SECRET\"", "; filename=\"a\0SECRET\"",
      "; filename*=UTF-8''%00SECRET", "; filename=\"\u{202E}SECRET\"",
      "; filename=\"\(String(repeating: "SECRET", count: 600))\"",
    ].map { Row(name: "B4 \($0.prefix(20))", body: part("volume", good, $0) + end, status: 200) }
    + [
      refused(
        "B4 64 KB",
        part("volume", good, "; filename=\"\(String(repeating: "SECRET", count: 11_000))\"") + end)
    ]

  @Test func everyMalformedFormGetsItsCodeAndLeavesNothing() async throws {
    let service = try await RunningService(["--log-level", "trace"])
    for row in Self.boundaries + Self.shapes + Self.names {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses?prompt=gas", type: row.type, body: row.body)
      #expect(answer.status == row.status, "\(row.name)")
      if let code = row.code { #expect(answer.code == code, "\(row.name)") }
      #expect(!answer.text.contains("SECRET"), "\(row.name)")
      try await service.expectUnharmed(after: row.name)
    }
    #expect(!service.process.logged.contains("SECRET"))
  }
}
