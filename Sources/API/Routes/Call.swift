internal import Formats
internal import HTTP
internal import Inference
internal import StrictJSON
internal import Synchronization

/// One request while its response is made.
struct Call: Sendable {
  let request: Request
  /// When its body had been received.
  let start = ContinuousClock.now

  var head: RequestHead { request.head }

  /// The decoded value of a `{name}` of the path.
  func parameter(_ name: String) -> String { head.pathParameters[name] ?? "" }

  /// Time since the end of the head.
  var duration: Duration { request.receiveDuration + (ContinuousClock.now - start) }
}

extension ServiceAPI {
  /// Makes the response to a call; a ``Refusal`` is thrown as it is.
  typealias Handler = @Sendable (Call) async throws -> Response

  /// Makes a route whose errors become problems.
  ///
  /// - Parameter isTimed: Whether the response must come within the service's deadline, and before
  ///   the client's own limit, if the request states one.
  func route(
    _ method: HTTPMethod, _ pattern: String, _ scope: Scope?, body: UploadPolicy? = nil,
    isTimed: Bool = false, _ handler: @escaping Handler
  ) -> Route {
    route(
      method, pattern, scope, body: body, isTimed: isTimed, admitting: { _ in },
      { call, _ in try await handler(call) })
  }

  /// The same for a route that admits a request before the first byte of its body is read.
  ///
  /// - Parameter admit: Refuses requests that are certain to fail. The handler receives the
  ///   returned value, which is released when the request ends.
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

  /// The response with its duration, or the problem that occurred.
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

  /// The same response with the model's notice in a header, so that responses without JSON have it,
  /// too.
  private func noticed(_ response: Response) -> Response {
    guard case .ready(let model) = service.modelState else { return response }
    var response = response
    response.headers.set("Brgsa-Notice", Self.headerText(model.notice))
    return response
  }

  /// A text as a header value: visible ASCII, with other characters replaced.
  private static func headerText(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { (" "..."~").contains($0) ? $0 : "?" }))
  }
}

// MARK: Deadlines

extension ServiceAPI {
  /// Time limit of the response to a request; nil for none.
  func allowance(of head: RequestHead) -> Duration? {
    let preferences = Preferences(head.headers)
    // A client that prefers a job waits for the job, not for the result.
    let wait = preferences.respondsAsynchronously ? nil : preferences.wait
    let seconds = [limits.deadlineSeconds == 0 ? nil : limits.deadlineSeconds, wait]
    return seconds.compactMap(\.self).min().map(Duration.seconds)
  }

  /// Cancels work that takes too long: it leaves its queue at once, or stops at the next step of
  /// its arithmetic.
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
