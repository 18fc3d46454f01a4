import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request to the chat service, and its response.
///
/// The exchange ends with the response, with an error, or with ``stop(_:)``, whichever comes first.
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
  ///   - limit: The largest accepted size of a response in bytes.
  ///   - turns: The queue that decides when the request may be sent.
  init(limit: Int, turns: ChatTurns) {
    self.limit = limit
    self.turns = turns
  }

  /// Waits for the exchange's turn, then sends `request`. Returns the bytes of the response if its
  /// status is 200, otherwise an error.
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
    // The task must be made before another thread can invalidate the session. An invalidated session refuses new tasks.
    let task = session.dataTask(with: request)
    let isWanted = state.withLock { state in
      guard state.outcome == nil else { return false }
      state.session = session
      return true
    }
    if isWanted {
      task.resume()
    } else {
      // The exchange was stopped after its turn had come. ``finish(_:)`` may have run too early to
      // clean up, so this does it.
      session.invalidateAndCancel()
      turns.leave(ObjectIdentifier(self))
    }
  }

  /// Ends the exchange with `error`. Does nothing if it has already ended.
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
    // Redirections are refused. The operator allowed this host only to get the report, and most
    // redirections would turn the POST into a GET.
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
    // This disables proxies on systems on which URLSession respects it. On Linux, ``ChatProxy`` disables them.
    configuration.connectionProxyDictionary = [:]
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    // ``ChatSummarizer`` has its own timer. The timer of the session must not end the exchange earlier.
    configuration.timeoutIntervalForRequest = 86_400
    return configuration
  }
}
