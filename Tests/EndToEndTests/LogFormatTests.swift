import Glibc
import StrictJSON
import TestSupport
import Testing

struct LogFormatTests {
  @Test func linesAreJSONIfThatIsWanted() async throws {
    let folder = try ArchiveFolder()
    let process = try BrgsaProcess([
      "serve", "--port", "0", "--model", Fixtures.tinyModel, "--store", ":memory:", "--spool",
      "\(folder.path)/spool", "--log-format", "json", "--log-level", "debug",
    ])
    let line = try #require(await process.logLine(with: "\"listening\""))
    let listening = try JSON(parsing: Array(line.utf8))
    let port = try #require(UInt16(listening["port"]?.text ?? ""))
    let client = try RawClient(port: port)
    await client.send(
      "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: mine-1234\r\nUser-Agent: SECRET\r\n\r\n"
    )
    #expect(try await client.answer().status == 200)
    let request = try #require(await process.logLine(with: "mine-1234"))
    let fields = try JSON(parsing: Array(request.utf8))
    #expect(fields["message"] == "request" && fields["level"] == "info")
    #expect(fields["route"] == "/livez" && fields["status"] == "200" && fields["method"] == "GET")
    process.signal(SIGTERM)
    let outcome = await process.outcome()
    #expect(outcome.exitCode == 0)
    for line in outcome.complaints.split(separator: "\n") {
      #expect(throws: Never.self, "\(line)") { try JSON(parsing: Array(line.utf8)) }
    }
    #expect(!outcome.complaints.contains("SECRET"))
    let wrong = try await BrgsaProcess.run(["serve", "--log-format", "xml"])
    #expect(wrong.exitCode == 78 && wrong.complaints.contains("log-format"))
  }
}
