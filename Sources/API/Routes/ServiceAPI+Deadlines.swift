internal import HTTP
internal import StrictJSON
internal import Synchronization

extension ServiceAPI {
  /// Time that the response to a request may take; nil for any.
  func allowance(of head: RequestHead) -> Duration? {
    let preferences = Preferences(head.headers)
    // A client that prefers a job waits for the job, not for the result.
    let wait = preferences.respondsAsynchronously ? nil : preferences.wait
    let seconds = [limits.deadlineSeconds == 0 ? nil : limits.deadlineSeconds, wait]
    return seconds.compactMap(\.self).min().map(Duration.seconds)
  }

  /// Gives up work that takes too long: it leaves its queue at once, or the arithmetic at its next step.
  ///
  /// - Throws: What `body` throws, and ``Problem`` `deadline`.
  func within(
    _ allowance: Duration?, _ body: @escaping @Sendable () async throws -> Response
  ) async throws -> Response {
    guard let allowance else { return try await body() }
    let isOver = Atomic(false)
    let work = Task { try await body() }
    let alarm = clock.set(after: allowance) {
      isOver.store(true, ordering: .relaxed)
      work.cancel()
    }
    defer { clock.stop(alarm) }
    do {
      return try await withTaskCancellationHandler {
        try await work.value
      } onCancel: {
        work.cancel()
      }
    } catch {
      guard Problem(error).type == .clientClosed, isOver.load(ordering: .relaxed) else {
        throw error
      }
      throw Problem(
        .deadline, "The answer was not there in time, and the work was given up.",
        limit: .integer(Int(allowance.components.seconds)),
        hint: "Prefer: respond-async makes it a job that may take its time.")
    }
  }
}
