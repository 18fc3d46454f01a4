internal import Formats
internal import HTTP
internal import Inference
internal import StrictJSON
internal import Synchronization

/// A received request whose response is being made.
struct Call: Sendable {
  let request: Request
  /// The time at which the body had been received.
  let start = ContinuousClock.now

  var head: RequestHead { request.head }

  /// The decoded value of the path parameter `{name}`.
  func parameter(_ name: String) -> String { head.pathParameters[name] ?? "" }

  /// Time since the end of the request's head.
  var duration: Duration { request.receiveDuration + (ContinuousClock.now - start) }
}

extension ServiceAPI {
  /// Makes the response to a call. Errors are converted to problems later.
  typealias Handler = @Sendable (Call) async throws -> Response

  /// Makes a route that responds to errors with problems.
  ///
  /// - Parameter isTimed: True if the response has a time limit: the service's deadline, or the
  ///   client's own limit if that is shorter.
  func route(
    _ method: HTTPMethod, _ pattern: String, _ scope: Scope?, body: UploadPolicy? = nil,
    isTimed: Bool = false, _ handler: @escaping Handler
  ) -> Route {
    route(
      method, pattern, scope, body: body, isTimed: isTimed, admitting: { _ in },
      { call, _ in try await handler(call) })
  }

  /// Makes a route that also decides about a request before its body is read.
  ///
  /// - Parameter admit: Throws if the request is certain to fail. The handler receives the returned
  ///   value, which is released when the request ends.
  func route<Admitted: Sendable>(
    _ method: HTTPMethod, _ pattern: String, _ scope: Scope?, body: UploadPolicy? = nil,
    isTimed: Bool = false, admitting admit: @escaping @Sendable (RequestHead) throws -> Admitted,
    _ handler: @escaping @Sendable (Call, Admitted) async throws -> Response
  ) -> Route {
    Route(
      method, pattern, scope: scope, body: body.map { .upload($0) } ?? .none,
      admit: { head in
        do {
          let admitted = try admit(head)
          return .handler { request in
            await response(to: Call(request: request), isTimed: isTimed) { call in
              try await handler(call, admitted)
            }
          }
        } catch {
          return .response(Problem(error).response(to: head))
        }
      })
  }

  /// Makes the response and adds its duration, or makes the response to the error that occurred.
  private func response(
    to call: Call, isTimed: Bool, _ handler: @escaping Handler
  ) async -> Response {
    do {
      let allowance = isTimed ? allowance(of: call.head) : nil
      var response = noticed(try await within(allowance) { try await handler(call) })
      if response.headers["Server-Timing"] == nil {
        response.headers.set("Server-Timing", "total;dur=\(call.duration.milliseconds)")
      }
      return response
    } catch {
      return Problem(error).response(to: call.head)
    }
  }

  /// Adds the model's notice in a header, so that responses without JSON also contain the notice.
  private func noticed(_ response: Response) -> Response {
    guard case .ready(let model) = service.modelState else { return response }
    var response = response
    response.headers.set("Brgsa-Notice", Self.headerText(model.notice))
    return response
  }

  /// Converts a text to a header value. Replaces all characters except printable ASCII.
  private static func headerText(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { (" "..."~").contains($0) ? $0 : "?" }))
  }
}

// MARK: Deadlines

extension ServiceAPI {
  /// The time limit of the response to a request; nil for no limit.
  func allowance(of head: RequestHead) -> Duration? {
    let preferences = Preferences(head.headers)
    // For a client that prefers a job, `wait` does not limit the time of the computation.
    let wait = preferences.respondsAsynchronously ? nil : preferences.wait
    let seconds = [limits.deadlineSeconds == 0 ? nil : limits.deadlineSeconds, wait]
    return seconds.compactMap(\.self).min().map(Duration.seconds)
  }

  /// Runs `body` and cancels it if it takes too long. Cancelled work leaves its queue at once, or
  /// stops at the next step of its computation.
  ///
  /// - Throws: The errors of `body`, and ``Problem`` `deadline`.
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
        .deadline, "The response was not ready in time, and the work was cancelled.",
        limit: .integer(Int(allowance.components.seconds)),
        hint: "Prefer: respond-async makes it a job without a time limit.")
    }
  }
}
