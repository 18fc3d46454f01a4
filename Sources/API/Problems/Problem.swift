internal import HTTP
internal import Metrics
internal import OpenInferenceProtocol
public import StrictJSON

/// An error that a client sees as a problem: what is wrong, and what to do.
public protocol Refusal: Error {
  /// The error in words.
  var problem: Problem { get }
}

/// One refusal, as RFC 9457 has it. Its sentences never repeat text, names or header fields of a request.
public struct Problem: Refusal, Sendable, Equatable {
  /// The kind, which gives status, code and title.
  public var type: ProblemType
  /// What is wrong this time, with the numbers that matter.
  public var detail: String
  /// Where in the request: JSON Pointer and message.
  public var errors: [Pointed] = []
  /// The limit that was passed.
  public var limit: JSON?
  /// What was found.
  public var actual: JSON?
  /// What to try.
  public var hint: String?
  /// Seconds after which trying again may help.
  public var retryAfter: Int?

  /// The prompt that this is about, from 0 in the list of all prompts.
  var promptIndex: Int?

  /// A message for one place of the request.
  public struct Pointed: Sendable, Equatable {
    /// JSON Pointer into the request (query parameters count as its members).
    public let pointer: String
    /// What is wrong there.
    public let message: String

    /// Points at a place.
    public init(_ pointer: String, _ message: String) {
      self.pointer = pointer
      self.message = message
    }
  }

  /// A refusal of a kind.
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

  /// Any error in words: a refusal's own, or `internal`.
  public init(_ error: any Error) {
    let refusal = error as? any Refusal
    self = refusal?.problem ?? Problem(.internalError, "The request could not be served.")
  }

  /// Itself.
  public var problem: Problem { self }

  /// The same, for a place of the request.
  func at(_ pointer: String, _ message: String? = nil) -> Problem {
    var problem = self
    problem.errors.append(Pointed(pointer, message ?? detail))
    return problem
  }

  /// The same, with a way out.
  func hinting(_ hint: String) -> Problem {
    var problem = self
    problem.hint = hint
    return problem
  }

  /// The body, `application/problem+json`.
  ///
  /// - Parameter requestID: Shown, so that a user can quote it; nil on the command line.
  public func json(requestID: String?) -> JSON { .object(members(requestID: requestID)) }

  private func members(requestID: String?) -> JSONObject {
    let pointed = errors.map { error -> JSON in
      ["pointer": .string(error.pointer), "message": .string(error.message)]
    }
    return [
      "type": .string("/problems/\(type.rawValue)"), "title": .string(type.title),
      "status": .integer(type.status), "detail": .string(detail), "code": .string(type.rawValue),
      "instance": requestID.map { .string("urn:brgsa:request:\($0)") },
      "request_id": requestID.map(JSON.string), "errors": errors.isEmpty ? nil : .array(pointed),
      "limit": limit, "actual": actual, "hint": hint.map(JSON.string),
    ]
  }

  /// The answer to a request, in the form that its part of the service has.
  func response(to head: RequestHead) -> Response {
    response(requestID: head.id, namesError: OpenInference.isMeant(by: head))
  }

  /// The answer; what was wrong with a request is counted by its code.
  ///
  /// - Parameter namesError: Whether the sentence stands under `error`, too, as the Open Inference Protocol has it.
  func response(requestID: String, namesError: Bool = false) -> Response {
    if type.status < 500 {
      Counter(label: "brgsa_input_rejected_total", dimensions: [("code", type.rawValue)])
        .increment()
    }
    let body = JSON.object(
      members(requestID: requestID) + ["error": namesError ? .string(detail) : nil])
    var response = Response(
      status: type.status, headers: ["Content-Type": "application/problem+json"],
      body: body.bytes)
    if let retryAfter { response.headers.set("Retry-After", String(retryAfter)) }
    return response
  }
}
