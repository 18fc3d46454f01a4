import Foundation
import TestSupport
import Testing

@testable import ChatSummarizer

@Suite(.timeLimit(.minutes(30))) struct ChatProxyTests {
  /// In a process of its own: the environment belongs to all tests.
  @Test func theEnvironmentsProxiesAreNotUsed() async {
    await #expect(processExitsWith: .success) {
      let content = "{\"choices\":[{\"message\":{\"content\":\"There is emphysema.\"}}]}"
      let proxy = try TinyServer(answer: TinyServer.answer(502, ""))
      let server = try TinyServer(answer: TinyServer.answer(200, content))
      for name in ["http_proxy", "all_proxy", "ALL_PROXY"] {
        setenv(name, "http://127.0.0.1:\(proxy.port)", 1)
      }
      for name in ["no_proxy", "NO_PROXY"] { setenv(name, "example.com", 1) }
      let summarizer = try ChatSummarizer(url: "http://127.0.0.1:\(server.port)")
      let summary = try await summarizer.summarize("")
      precondition(summary == "There is emphysema.")
      precondition(proxy.requests.isEmpty)
    }
  }
}
