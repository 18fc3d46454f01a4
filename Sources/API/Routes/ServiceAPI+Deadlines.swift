internal import HTTP
internal import StrictJSON
internal import Synchronization

extension ServiceAPI {
  /// A result that must be there in time: within the service's deadline, and before the client stops waiting if it
  /// says when.
  func answerInTime(
    _ request: Request, _ body: @escaping @Sendable () async throws(Problem) -> Response
  ) async -> Response {
    let allowance = allowance(of: request.head)
    return await answer(request) { () async throws(Problem) in
      guard let allowance else { return try await body() }
      return try await within(allowance, body)
    }
  }

  /// Time that the answer to a request may take; nil for any.
  func allowance(of head: RequestHead) -> Duration? {
    let preferences = Preferences(head.headers)
    // Who would rather have a job waits for it and not for the result.
    let wait = preferences.respondsAsynchronously ? nil : preferences.wait
    let seconds = [limits.deadlineSeconds == 0 ? nil : limits.deadlineSeconds, wait]
    return seconds.compactMap(\.self).min().map(Duration.seconds)
  }

  /// Gives work up that takes too long: it leaves its queue at once, or the arithmetic at its next step.
  private func within(
    _ allowance: Duration, _ body: @escaping @Sendable () async throws(Problem) -> Response
  ) async throws(Problem) -> Response {
    let isOver = Atomic(false)
    let work = Task { () async -> Result<Response, Problem> in
      do throws(Problem) {
        return .success(try await body())
      } catch {
        return .failure(error)
      }
    }
    let alarm = clock.set(after: allowance) {
      isOver.store(true, ordering: .relaxed)
      work.cancel()
    }
    let result = await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      work.cancel()
    }
    clock.stop(alarm)
    do throws(Problem) {
      return try result.get()
    } catch {
      guard error.type == .clientClosed, isOver.load(ordering: .relaxed) else { throw error }
      throw Problem(
        .deadline, "The response was not ready in time, and the work was given up.",
        limit: .integer(Int(allowance.components.seconds)),
        hint: "Prefer: respond-async makes it a job without a time limit.")
    }
  }
}
