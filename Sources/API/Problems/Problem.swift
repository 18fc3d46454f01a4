internal import HTTP
internal import Metrics
internal import OpenInferenceProtocol
public import StrictJSON

/// An error that can describe itself as a ``Problem``: what is wrong and what to do.
public protocol Refusal: Error {
  /// The problem that describes the error.
  var problem: Problem { get }
}

/// A problem as in RFC 9457. Its texts never repeat text, names or header fields from a request.
public struct Problem: Refusal, Sendable, Equatable {
  /// The kind of problem, which determines the status, code and title.
  public var type: ProblemType
  /// A description of this occurrence, with its numbers.
  public var detail: String
  /// The faults of individual members of the request.
  public var errors: [Pointed] = []
  /// The limit that was exceeded.
  public var limit: JSON?
  /// The value that was found.
  public var actual: JSON?
  /// A suggested fix.
  public var hint: String?
  /// The number of seconds to wait before a retry.
  public var retryAfter: Int?

  /// The index of the affected prompt among all prompts; nil if no prompt is affected.
  var promptIndex: Int?

  /// The fault of one member of a request.
  public struct Pointed: Sendable, Equatable {
    /// The JSON Pointer of the member. Query parameters count as members.
    public let pointer: String
    /// A sentence that describes the fault.
    public let message: String

    /// Describes the fault of a member.
    public init(_ pointer: String, _ message: String) {
      self.pointer = pointer
      self.message = message
    }
  }

  /// Makes a problem.
  public init(
    _ type: ProblemType, _ detail: String, limit: JSON? = nil, actual: JSON? = nil,
    hint: String? = nil, retryAfter: Int? = nil
  ) {
    self.type = type
    self.detail = detail
    self.limit = limit
    self.actual = actual
    self.hint = hint
    self.retryAfter = retryAfter
  }

  /// Makes the problem for any error. An error that is not a ``Refusal`` becomes `internal`.
  public init(_ error: any Error) {
    let refusal = error as? any Refusal
    self = refusal?.problem ?? Problem(.internalError, "The request could not be served.")
  }

  /// The problem itself.
  public var problem: Problem { self }

  /// Returns the same problem with one more faulty member. Without a message, its message is ``detail``.
  func at(_ pointer: String, _ message: String? = nil) -> Problem {
    var problem = self
    problem.errors.append(Pointed(pointer, message ?? detail))
    return problem
  }

  /// Returns the same problem with a hint.
  func hinting(_ hint: String) -> Problem {
    var problem = self
    problem.hint = hint
    return problem
  }

  /// The problem as JSON, the body of an `application/problem+json` response.
  ///
  /// - Parameter requestID: The request's id, which users can quote to the operator; nil on the command line.
  public func json(requestID: String?) -> JSON { .object(members(requestID: requestID, "")) }

  private func members(requestID: String?, _ prefix: String) -> JSONObject {
    let pointed = errors.map { error -> JSON in
      ["pointer": .string(error.pointer), "message": .string(error.message)]
    }
    return [
      "type": .string("\(prefix)/problems/\(type.rawValue)"), "title": .string(type.title),
      "status": .integer(type.status), "detail": .string(detail), "code": .string(type.rawValue),
      "instance": requestID.map { .string("urn:brgsa:request:\($0)") },
      "request_id": requestID.map(JSON.string), "errors": errors.isEmpty ? nil : .array(pointed),
      "limit": limit, "actual": actual, "hint": hint.map(JSON.string),
    ]
  }

  /// Makes the response to a request, in the error format of the route.
  func response(to head: RequestHead) -> Response {
    response(
      requestID: head.id, prefix: head.prefix, namesError: OpenInference.isMeant(by: head))
  }

  /// Makes the response. If the status is below 500, also counts the problem's code in a metric.
  ///
  /// - Parameters:
  ///   - prefix: The path prefix under which a proxy publishes the service.
  ///   - namesError: True to repeat the detail in the member `error`, as the Open Inference Protocol requires.
  func response(requestID: String, prefix: String, namesError: Bool = false) -> Response {
    if type.status < 500 {
      Counter(label: "brgsa_input_rejected_total", dimensions: [("code", type.rawValue)])
        .increment()
    }
    let body = JSON.object(
      members(requestID: requestID, prefix) + ["error": namesError ? .string(detail) : nil])
    var response = Response(
      status: type.status, headers: ["Content-Type": "application/problem+json"],
      body: body.bytes)
    if let retryAfter { response.headers.set("Retry-After", String(retryAfter)) }
    return response
  }
}
