import Foundation
import StrictJSON

/// Summarizes reports with a language model through an OpenAI-compatible chat completions endpoint, such as llama.cpp,
/// Ollama, vLLM or OpenAI.
///
/// Only ``summarize(_:traceParent:)`` sends a report, and it leaves this machine only if the endpoint is on another
/// one. Redirects are not followed. Proxies, cookies and caches are not used. To disable proxies, the first client in a
/// process sets `no_proxy=*` in the process's environment.
///
/// - Source: BrgSA's training reports were summarized by a language model; see arXiv 2501.03565.
public struct ChatSummarizer: Sendable {
  /// The maximum size of a response in bytes. A summary with its JSON is little more than 1 KiB, but the reasoning of a
  /// reasoning model may be much longer.
  public static let responseLimit = 1 << 20

  /// The maximum size of a summary in bytes. This is many times what the encoder reads.
  public static let summaryLimit = 4096

  /// The maximum number of concurrent requests of one client. Further calls wait.
  public static let mostCalls = 4

  private let turns = ChatTurns(limit: Self.mostCalls)
  private let endpoint: ChatEndpoint
  private let model: String?
  private let timeout: Duration

  /// Makes a client without sending anything.
  ///
  /// - Parameters:
  ///   - url: The base URL ("http://localhost:11434/v1") or the full URL (".../v1/chat/completions"). "/v1" is added if
  ///     the URL has no path.
  ///   - model: The model's name, for endpoints with several models.
  ///   - apiKey: The key to send as a bearer token; nil to send none.
  ///   - timeout: The maximum duration of a call, including the time that it waits for its turn.
  /// - Throws: ``ChatSummarizerError/invalidURL``, ``ChatSummarizerError/invalidKey``.
  public init(
    url: String, model: String? = nil, apiKey: String? = nil, timeout: Duration = .seconds(30)
  ) throws(ChatSummarizerError) {
    ChatProxy.ignoreEnvironment()
    endpoint = try ChatEndpoint(url: url, apiKey: apiKey)
    self.model = model
    self.timeout = timeout
  }

  /// Returns the abnormal findings in `report`, as sentences that start with "There is" or "There are".
  ///
  /// - Parameter traceParent: The value of the request header `traceparent` (W3C Trace Context); nil to send none.
  /// - Throws: ``ChatSummarizerError``. It never contains text from the report or the response.
  public func summarize(
    _ report: String, traceParent: String? = nil
  ) async throws(ChatSummarizerError) -> String {
    let body = Data(ChatMessage.request(report: report, model: model).bytes)
    let exchange = ChatExchange(limit: Self.responseLimit, turns: turns)
    let timer = Task { [timeout] in
      do { try await Task.sleep(for: timeout) } catch { return }
      exchange.stop(.timedOut(after: timeout))
    }
    defer { timer.cancel() }
    let result = await withTaskCancellationHandler {
      await exchange.run(endpoint.request(body: body, traceParent: traceParent))
    } onCancel: {
      exchange.stop(.cancelled)
    }
    let summary = try ChatMessage.summary(ofAnswer: result.get())
    guard summary.utf8.count <= Self.summaryLimit else {
      throw .responseTooLarge(limit: Self.summaryLimit)
    }
    return summary
  }
}
