import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request to the chat service and its response.
///
/// The exchange ends when the response is complete, an error occurs or ``stop(_:)`` is called, whichever comes first.
final class ChatExchange: NSObject, URLSessionDataDelegate {
  typealias Outcome = Result<[UInt8], ChatSummarizerError>

  private struct State {
    var outcome: Outcome?
    var continuation: CheckedContinuation<Outcome, Never>?
    var session: URLSession?
    var answer: [UInt8] = []
  }

  private let limit: Int
  private let turns: ChatTurns
  private let state = Mutex(State())

  /// - Parameters:
  ///   - limit: The maximum size of a response in bytes.
  ///   - turns: The queue that limits the number of concurrent requests.
  init(limit: Int, turns: ChatTurns) {
    self.limit = limit
    self.turns = turns
  }

  /// Waits for its turn, then sends `request`. Returns the response's body if the status is 200. Otherwise returns an
  /// error.
  func run(_ request: URLRequest) async -> Outcome {
    await withCheckedContinuation { continuation in
      let outcome: Outcome? = state.withLock { state in
        if state.outcome == nil { state.continuation = continuation }
        return state.outcome
      }
      if let outcome { return continuation.resume(returning: outcome) }
      turns.enter(ObjectIdentifier(self)) { [self] in send(request) }
    }
  }

  private func send(_ request: URLRequest) {
    let session = URLSession(configuration: Self.configuration, delegate: self, delegateQueue: nil)
    // Create the task before another thread can invalidate the session. An invalidated session creates no tasks.
    let task = session.dataTask(with: request)
    let isWanted = state.withLock { state in
      guard state.outcome == nil else { return false }
      state.session = session
      return true
    }
    if isWanted {
      task.resume()
    } else {
      // The exchange was stopped after its turn came. ``finish(_:)`` may have run too early to clean up, so clean up
      // here.
      session.invalidateAndCancel()
      turns.leave(ObjectIdentifier(self))
    }
  }

  /// Ends the exchange with `error`. Does nothing if the exchange has already ended.
  func stop(_ error: ChatSummarizerError) { finish(.failure(error)) }

  private func finish(_ outcome: Outcome) {
    let (continuation, session) = state.withLock { state in
      guard state.outcome == nil else {
        return (nil as CheckedContinuation<Outcome, Never>?, nil as URLSession?)
      }
      state.outcome = outcome
      defer {
        state.continuation = nil
        state.session = nil
        state.answer = []
      }
      return (state.continuation, state.session)
    }
    session?.invalidateAndCancel()
    turns.leave(ObjectIdentifier(self))
    continuation?.resume(returning: outcome)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    // Do not follow redirects: the operator allowed reports to be sent only to this host. Most redirects would also
    // turn the POST into a GET.
    completionHandler(nil)
    finish(.failure(.status(response.statusCode)))
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard status == 200 else {
      completionHandler(.cancel)
      return finish(.failure(.status(status)))
    }
    guard response.expectedContentLength <= Int64(limit) else {
      completionHandler(.cancel)
      return finish(.failure(.responseTooLarge(limit: limit)))
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isTooLarge = state.withLock { state in
      guard state.outcome == nil else { return false }
      guard state.answer.count + data.count <= limit else { return true }
      state.answer += data
      return false
    }
    if isTooLarge { finish(.failure(.responseTooLarge(limit: limit))) }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    if let error {
      finish(.failure(.unreachable(code: (error as? URLError)?.errorCode ?? 0)))
    } else {
      finish(.success(state.withLock { $0.answer }))
    }
  }

  private static var configuration: URLSessionConfiguration {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpShouldSetCookies = false
    configuration.httpCookieStorage = nil
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil
    // This disables proxies where URLSession respects it. On Linux, ``ChatProxy`` disables them instead.
    configuration.connectionProxyDictionary = [:]
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    // ``ChatSummarizer`` has its own timer. The session's timer must not end the exchange before it.
    configuration.timeoutIntervalForRequest = 86_400
    return configuration
  }
}
