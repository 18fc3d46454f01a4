import Foundation
import StrictJSON

/// Summarizes reports with a language model. It uses an endpoint for OpenAI's chat completions,
/// such as llama.cpp, Ollama, vLLM or OpenAI.
///
/// A report leaves this machine only by a call of ``summarize(_:traceParent:)``, and only if the endpoint is on another
/// machine. Redirections are not followed. Proxies, cookies and caches are not used. To exclude proxies, the first
/// client of a process sets `no_proxy=*` in the process's environment.
///
/// - Source: BrgSA's training reports were summarized by a language model; see arXiv 2501.03565.
public struct ChatSummarizer: Sendable {
  /// The largest response that is read, in bytes. A summary with its JSON needs little more than
  /// one KiB, but the thoughts of a reasoning model may need many.
  public static let responseLimit = 1 << 20

  /// The largest accepted summary, in bytes. It is many times longer than the encoder's input.
  public static let summaryLimit = 4096

  /// The number of requests that one client sends at the same time. Further calls wait.
  public static let mostCalls = 4

  private let turns = ChatTurns(limit: Self.mostCalls)
  private let endpoint: ChatEndpoint
  private let model: String?
  private let timeout: Duration

  /// Makes a client. Does not send anything.
  ///
  /// - Parameters:
  ///   - url: The base URL ("http://localhost:11434/v1") or the full URL
  ///     (".../v1/chat/completions"). "/v1" is added to a URL without a path.
  ///   - model: The name of the model, for endpoints that have several models.
  ///   - apiKey: The key, which is sent as a bearer token; nil to send none.
  ///   - timeout: The time limit of a call, including the time that it waits for its turn.
  /// - Throws: ``ChatSummarizerError/invalidURL``, ``ChatSummarizerError/invalidKey``.
  public init(
    url: String, model: String? = nil, apiKey: String? = nil, timeout: Duration = .seconds(30)
  ) throws(ChatSummarizerError) {
    ChatProxy.ignoreEnvironment()
    endpoint = try ChatEndpoint(url: url, apiKey: apiKey)
    self.model = model
    self.timeout = timeout
  }

  /// Returns the abnormal findings of `report`, as sentences that start with "There is" or "There are".
  ///
  /// - Parameter traceParent: The value of the header `traceparent` that is sent to the endpoint,
  ///   as defined by W3C Trace Context.
  /// - Throws: ``ChatSummarizerError``. It never contains the report or the response.
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
