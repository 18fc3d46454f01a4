import StrictJSON
import TestSupport
import Testing

/// Reports shortened by a chat service, if the operator names one.
@Suite struct ChatTests {
  private let report = #"{"query":{"report":"Small effusion on the left. SECRET name."}}"#

  @Test func theChatServicesSentencesAreWhatIsEncoded() async throws {
    let content = #"{"choices":[{"message":{"content":"There is a nodule."}}]}"#
    let chat = try TinyServer(answer: TinyServer.answer(200, content))
    defer { chat.close() }
    let service = try await Self.service(chat)
    // What is no report is nobody else's business.
    _ = try await service.send("POST", "/v1/retrievals", #"{"query":{"text":"gas"}}"#)
    _ = try await service.diagnose(ArchiveVolumes.volume(0))
    #expect(chat.requests.isEmpty)
    let query = try #require(try await service.send("POST", "/v1/retrievals", report).json["query"])
    #expect(query["encoded_text"]?.text == "There is a nodule.")
    #expect(query["summarizer"]?.text == "chat")
    #expect(query["warnings"] == nil)
    #expect(chat.requests.count == 1)
    #expect(chat.requests.first?.contains("Authorization: Bearer k-1") == true)
  }

  @Test func aTraceIsPassedOnAndLogged() async throws {
    let content = #"{"choices":[{"message":{"content":"There is a nodule."}}]}"#
    let chat = try TinyServer(answer: TinyServer.answer(200, content))
    defer { chat.close() }
    let service = try await Self.service(chat)
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    for parent in ["traceparent: 00-\(trace)-00f067aa0ba902b7-01", "traceparent: SECRET"] {
      let answer = try await service.answer(
        "POST", "/v1/retrievals", type: "application/json", body: Array(report.utf8),
        headers: [parent])
      #expect(answer.status == 200)
    }
    #expect(chat.requests.count == 2)
    #expect(chat.requests[0].lowercased().contains("traceparent: 00-\(trace)-"))
    #expect(!chat.requests[0].contains("00f067aa0ba902b7"))
    #expect(!chat.requests[1].lowercased().contains("traceparent"))
    #expect(await service.process.logLine(with: "trace_id=\(trace)") != nil)
    #expect(!service.process.logged.contains("SECRET"))
  }

  private static let endless =
    #"{"choices":[{"message":{"content":""#
    + (0..<400).map { "There is a nodule of \($0) mm. " }.joined()
    + #""}}]}"#

  @Test(arguments: [(500, "SECRET"), (200, endless), (200, #"{"choices":[]}"#)])
  func rulesDoItWhereTheChatServiceFails(_ status: Int, _ body: String) async throws {
    let chat = try TinyServer(answer: TinyServer.answer(status, body))
    defer { chat.close() }
    let service = try await Self.service(chat)
    let query = try #require(try await service.send("POST", "/v1/retrievals", report).json["query"])
    #expect(query["encoded_text"]?.text == "There is small pleural effusion on the left side.")
    #expect(query["summarizer"]?.text == "rules")
    #expect(query["warnings"]?.elements == ["summarizer-unavailable"])
    #expect(chat.requests.count == 1)
    #expect(!service.process.logged.contains("SECRET"))
    #expect(!service.process.logged.contains("k-1"))
  }

  private static func service(_ chat: TinyServer) async throws -> RunningService {
    try await RunningService(
      ["--summarizer-url", "http://127.0.0.1:\(chat.port)/v1"],
      environment: ["BRGSA_SUMMARIZER_KEY": "k-1"])
  }
}
