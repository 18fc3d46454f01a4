internal import Formats
internal import HTTP
internal import Inference
internal import StrictJSON
internal import Synchronization

/// A request that was received completely.
struct Call: Sendable {
  let request: Request
  /// The time when the body was complete.
  let start = ContinuousClock.now

  var head: RequestHead { request.head }

  /// Returns the decoded value of the path parameter `{name}`.
  func parameter(_ name: String) -> String { head.pathParameters[name] ?? "" }

  /// The time since the end of the request's head.
  var duration: Duration { request.receiveDuration + (ContinuousClock.now - start) }
}

extension ServiceAPI {
  /// Makes the response to a call. Errors become problems in the response.
  typealias Handler = @Sendable (Call) async throws -> Response

  /// Makes a route. Errors become problems in the response.
  ///
  /// - Parameter isTimed: True to limit the time of the response. The limit is the service's deadline or, if that is
  ///   shorter, the client's own limit.
  func route(
    _ method: HTTPMethod, _ pattern: String, _ scope: Scope?, body: UploadPolicy? = nil,
    isTimed: Bool = false, _ handler: @escaping Handler
  ) -> Route {
    route(
      method, pattern, scope, body: body, isTimed: isTimed, admitting: { _ in },
      { call, _ in try await handler(call) })
  }

  /// Makes a route that checks a request's head before the body is read.
  ///
  /// - Parameter admit: Throws an error if the request cannot succeed. Its result is passed to the handler, and is
  ///   released when the request ends.
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

  /// Makes the response and adds its duration. If an error occurs, makes the response for the error.
  private func response(
    to call: Call, isTimed: Bool, _ handler: @escaping Handler
  ) async -> Response {
    do {
      let allowance = isTimed ? allowance(of: call.head) : nil
      var response = noticed(try await within(allowance) { try await handler(call) })
      if response.headers["Server-Timing"] == nil {
        response.headers.set("Server-Timing", "total;dur=\(call.duration.milliseconds)")
      }
      if let location = response.headers["Location"] {
        response.headers.set("Location", call.head.prefix + location)
      }
      return response
    } catch {
      return Problem(error).response(to: call.head)
    }
  }

  /// Adds the model's notice as a header, so that responses without JSON contain it, too.
  private func noticed(_ response: Response) -> Response {
    guard case .ready(let model) = service.modelState else { return response }
    var response = response
    response.headers.set("Brgsa-Notice", Self.headerText(model.notice))
    return response
  }

  /// Converts text to a header value. Replaces all characters except printable ASCII by "?".
  private static func headerText(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { (" "..."~").contains($0) ? $0 : "?" }))
  }
}

// MARK: Deadlines

extension ServiceAPI {
  /// Returns the time limit of the response to a request; nil for no limit.
  func allowance(of head: RequestHead) -> Duration? {
    let preferences = Preferences(head.headers)
    // If the client prefers a job, `wait` does not limit the computation.
    let wait = preferences.respondsAsynchronously ? nil : preferences.wait
    let seconds = [limits.deadlineSeconds == 0 ? nil : limits.deadlineSeconds, wait]
    return seconds.compactMap(\.self).min().map(Duration.seconds)
  }

  /// Runs `body` and cancels it when the time is over. Cancelled work leaves its queue at once, or stops at the next
  /// step of its computation.
  ///
  /// - Throws: The errors of `body`; ``Problem`` `deadline` if the time is over.
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
