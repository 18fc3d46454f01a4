import Foundation
import StrictJSON

/// Shortens reports by a language model behind any endpoint that speaks the chat completions of OpenAI
/// (llama.cpp, Ollama, vLLM, OpenAI and others).
///
/// The report leaves this machine when ``summarize(_:)`` is called with an endpoint elsewhere; nothing is
/// sent before. Redirections are not followed; proxies, cookies and caches are not used: the first client sets
/// `no_proxy=*` in the environment of the process.
///
/// - Source: BrgSA summarises its training reports by a language model, arXiv 2501.03565.
public struct ChatSummarizer: Sendable {
  /// The longest answer that is read, in bytes. A summary has less than one KiB, the answer's JSON around it
  /// little more; a reasoning model's thoughts may have many.
  public static let answerLimit = 1 << 20

  /// The longest summary, in bytes: many times what the encoder reads.
  public static let summaryLimit = 4096

  /// How many calls of one client run at a time; the others wait.
  public static let mostCalls = 4

  private let turns = ChatTurns(limit: Self.mostCalls)
  private let endpoint: ChatEndpoint
  private let model: String?
  private let timeout: Duration

  /// A client that has not sent anything yet.
  ///
  /// - Parameters:
  ///   - url: The base address ("http://localhost:11434/v1") or all of it (".../v1/chat/completions");
  ///     "/v1" is added to an address without a path.
  ///   - model: The model's name, for endpoints that have several.
  ///   - apiKey: Sent as bearer token.
  ///   - timeout: For the whole call, from the wait for its turn to the answer's last byte.
  /// - Throws: ``ChatSummarizerError/invalidURL``, ``ChatSummarizerError/invalidKey``.
  public init(
    url: String, model: String? = nil, apiKey: String? = nil, timeout: Duration = .seconds(30)
  ) throws(ChatSummarizerError) {
    ChatProxy.ignoreEnvironment()
    endpoint = try ChatEndpoint(url: url, apiKey: apiKey)
    self.model = model
    self.timeout = timeout
  }

  /// The abnormal findings of `report` in sentences that begin with "There is" or "There are".
  ///
  /// - Parameter traceParent: The caller's trace for the endpoint, as W3C Trace Context defines it.
  /// - Throws: ``ChatSummarizerError``; it never contains the report or the response.
  public func summarize(
    _ report: String, traceParent: String? = nil
  ) async throws(ChatSummarizerError) -> String {
    let body = Data(ChatMessage.request(report: report, model: model).bytes)
    let exchange = ChatExchange(limit: Self.answerLimit, turns: turns)
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
      throw .answerTooLarge(limit: Self.summaryLimit)
    }
    return summary
  }
}
