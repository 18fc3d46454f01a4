import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import ChatSummarizer

@Suite(.timeLimit(.minutes(30))) struct ChatSummarizerTests {
  private let report = "Findings: SECRET effusion on the left."

  private func chat(_ content: String) -> String {
    let answer: JSON = [
      "choices": [["message": ["role": "assistant", "content": .string(content)]]]
    ]
    return TinyServer.answer(200, String(decoding: answer.bytes, as: UTF8.self))
  }

  /// The summary or the error of one call to a server that gives `answer`, and the server's requests.
  private func call(
    _ answer: String?, apiKey: String? = nil, timeout: Duration = .seconds(20)
  ) async throws -> (Result<String, ChatSummarizerError>, [String]) {
    let server = try TinyServer(answer: answer)
    defer { server.close() }
    let summarizer = try ChatSummarizer(
      url: "http://127.0.0.1:\(server.port)/v1", model: "small", apiKey: apiKey, timeout: timeout)
    do throws(ChatSummarizerError) {
      return (.success(try await summarizer.summarize(report)), server.requests)
    } catch {
      return (.failure(error), server.requests)
    }
  }

  @Test func aGoodAnswerBecomesItsSentences() async throws {
    let content = """
      <think>There is nothing to think.</think>Here are the findings:
      - There is mild pleural effusion on the left side.
      2. There are nodules of 1.5 cm. There is mild pleural effusion on the left side. I hope this helps.
      """
    let (result, requests) = try await call(chat(content), apiKey: "key")
    #expect(
      try result.get()
        == "There is mild pleural effusion on the left side. There are nodules of 1.5 cm.")
    let request = try #require(requests.first)
    #expect(requests.count == 1)
    #expect(request.hasPrefix("POST /v1/chat/completions HTTP/1.1\r\n"))
    #expect(request.contains("Authorization: Bearer key\r\n"))
    #expect(request.contains("\"model\":\"small\",\"temperature\":0,\"stream\":false"))
    #expect(request.contains(report))
  }

  @Test func denialsAreLeftOutUnlessThereIsNothingElse() async throws {
    let normal = "There is no acute finding in the chest."
    for (content, summary) in [
      ("There is no effusion. There is emphysema. There are no nodules.", "There is emphysema."),
      ("There is neither effusion nor nodule.\nThere is No mass", normal), (normal, normal),
    ] {
      #expect(try await call(chat(content)).0 == .success(summary))
    }
  }

  @Test func wrappedLinesAreJoined() async throws {
    for newline in ["\n", "\r\n", "\n   "] {
      let lines = [
        "There is mild pleural", "effusion on the", "left side. There are nodules of", "1.5 cm and",
        "5 mm", "- There is emphysema", "2. There is scoliosis", "there is kyphosis",
        "Hope this helps",
      ]
      #expect(
        try await call(chat(lines.joined(separator: newline))).0
          == .success(
            "There is mild pleural effusion on the left side. There are nodules of 1.5 cm and 5 mm. "
              + "There is emphysema. There is scoliosis. there is kyphosis."))
    }
  }

  @Test func aSummaryHasAtMostFourKiB() async throws {
    let limit = ChatSummarizer.summaryLimit
    func summary(_ length: Int) -> String {
      "There is " + String(repeating: "x", count: length - 10) + "."
    }
    let (fitting, _) = try await call(chat(summary(limit)))
    #expect(fitting == .success(summary(limit)))
    let (longer, _) = try await call(chat(summary(limit + 1)))
    #expect(longer == .failure(.responseTooLarge(limit: limit)))
  }

  @Test func aSlowAnswerTimesOut() async throws {
    let (result, _) = try await call(nil, timeout: .milliseconds(200))
    #expect(result == .failure(.timedOut(after: .milliseconds(200))))
  }

  @Test(arguments: [500, 401, 404, 204]) func anyStatusBut200IsAnError(_ status: Int) async throws {
    let body = status == 204 ? "" : "SECRET"
    let (result, _) = try await call(TinyServer.answer(status, body))
    #expect(result == .failure(.status(status)))
  }

  @Test func redirectionsAreNotFollowed() async throws {
    let other = try TinyServer(answer: chat("There is a wrong host."))
    defer { other.close() }
    for status in [301, 307, 308] {
      let target = "Location: http://127.0.0.1:\(other.port)/v1/chat/completions\r\n"
      let (result, _) = try await call(TinyServer.answer(status, "", target))
      #expect(result == .failure(.status(status)))
    }
    #expect(other.requests.isEmpty)
  }

  @Test func brokenAndForeignAnswersAreErrorsWithoutTheirText() async throws {
    let cases: [(String, ChatSummarizerError)] = [
      ("{\"choices\": SECRET", .notJSON(offset: 12)), ("", .notJSON(offset: 0)),
      ("[]", .noContent), ("{\"choices\":[]}", .noContent), ("{\"error\":\"SECRET\"}", .noContent),
      ("{\"choices\":[{\"message\":{\"content\":null}}]}", .noContent),
      ("{\"choices\":[{\"message\":{\"content\":\"SECRET is fine.\"}}]}", .noSentence),
    ]
    for (body, error) in cases {
      let (result, _) = try await call(TinyServer.answer(200, body))
      #expect(result == .failure(error), "\(body)")
      #expect(!"\(result)".contains("SECRET"))
    }
  }

  @Test func aHugeAnswerIsCutOffWithOrWithoutALength() async throws {
    let body = String(repeating: "x", count: ChatSummarizer.responseLimit + 1)
    let tooLarge = Result<String, ChatSummarizerError>.failure(
      .responseTooLarge(limit: ChatSummarizer.responseLimit))
    let (withLength, _) = try await call(TinyServer.answer(200, body))
    #expect(withLength == tooLarge)
    let (withoutLength, _) = try await call("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body)
    #expect(withoutLength == tooLarge)
  }

  @Test func aRefusedConnectionIsAnError() async throws {
    let server = try TinyServer(answer: nil)
    server.close()
    let summarizer = try ChatSummarizer(url: "http://127.0.0.1:\(server.port)")
    await #expect(throws: ChatSummarizerError.self) { try await summarizer.summarize(report) }
  }

  @Test func aCancelledTaskEndsAtOnce() async throws {
    let server = try TinyServer(answer: nil)
    defer { server.close() }
    let summarizer = try ChatSummarizer(url: "http://127.0.0.1:\(server.port)")
    let task = Task { [report] in try await summarizer.summarize(report) }
    for await _ in server.arrivals { break }
    task.cancel()
    await #expect(throws: ChatSummarizerError.cancelled) { try await task.value }
    let cancelledBefore = Task { [report] in
      withUnsafeCurrentTask { $0?.cancel() }
      return try await summarizer.summarize(report)
    }
    await #expect(throws: ChatSummarizerError.cancelled) { try await cancelledBefore.value }
  }

  @Test func nothingIsSentUnlessCalled() throws {
    let server = try TinyServer(answer: nil)
    defer { server.close() }
    _ = try ChatSummarizer(url: "http://127.0.0.1:\(server.port)/v1")
    #expect(server.requests.isEmpty)
  }

  @Test func baseAddressesAndWholeOnesAreTaken() throws {
    for (url, path) in [
      ("http://h:1", "http://h:1/v1/chat/completions"),
      ("http://h/", "http://h/v1/chat/completions"),
      ("https://h/v1/", "https://h/v1/chat/completions"),
      ("https://h/a/v1/chat/completions", "https://h/a/v1/chat/completions"),
    ] {
      #expect(try ChatEndpoint(url: url, apiKey: nil).url.absoluteString == path)
    }
  }

  @Test func otherAddressesAndKeysAreRefused() {
    for url in [
      "", "localhost", "ftp://h/v1", "http://", "http://u:p@h/v1", "http://h/v1?x=1", "http://h /",
    ] {
      #expect(throws: ChatSummarizerError.invalidURL) { _ = try ChatSummarizer(url: url) }
    }
    for key in ["a b", "a\r\nX: y", "\u{E9}"] {
      #expect(throws: ChatSummarizerError.invalidKey) {
        _ = try ChatSummarizer(url: "http://h/v1", apiKey: key)
      }
    }
  }
}
