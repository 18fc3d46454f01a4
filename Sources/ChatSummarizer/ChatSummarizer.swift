import Foundation
import StrictJSON

/// Summarizes reports with a language model behind any endpoint for OpenAI's chat completions
/// (llama.cpp, Ollama, vLLM, OpenAI and others).
///
/// A report leaves this machine only if ``summarize(_:)`` is called with a remote endpoint.
/// Redirections are not followed; proxies, cookies and caches are not used: the first client sets
/// `no_proxy=*` in the environment of the process.
///
/// - Source: BrgSA summarises its training reports by a language model, arXiv 2501.03565.
public struct ChatSummarizer: Sendable {
  /// The longest response that is read, in bytes. A summary and its JSON need little more than one
  /// KiB; a reasoning model's thoughts may need many KiB.
  public static let responseLimit = 1 << 20

  /// The longest summary, in bytes: many times the encoder's input.
  public static let summaryLimit = 4096

  /// Calls of one client that run at a time; others wait.
  public static let mostCalls = 4

  private let turns = ChatTurns(limit: Self.mostCalls)
  private let endpoint: ChatEndpoint
  private let model: String?
  private let timeout: Duration

  /// Makes a client; sends nothing yet.
  ///
  /// - Parameters:
  ///   - url: The base address ("http://localhost:11434/v1") or the full one
  ///     (".../v1/chat/completions"); "/v1" is added to an address without a path.
  ///   - model: The model's name, for endpoints that have several.
  ///   - apiKey: Sent as a bearer token.
  ///   - timeout: For the whole call, including the wait for its turn.
  /// - Throws: ``ChatSummarizerError/invalidURL``, ``ChatSummarizerError/invalidKey``.
  public init(
    url: String, model: String? = nil, apiKey: String? = nil, timeout: Duration = .seconds(30)
  ) throws(ChatSummarizerError) {
    ChatProxy.ignoreEnvironment()
    endpoint = try ChatEndpoint(url: url, apiKey: apiKey)
    self.model = model
    self.timeout = timeout
  }

  /// The abnormal findings of `report`, in sentences that start with "There is" or "There are".
  ///
  /// - Parameter traceParent: The caller's trace for the endpoint, as W3C Trace Context defines it.
  /// - Throws: ``ChatSummarizerError``; it never contains the report or the response.
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
