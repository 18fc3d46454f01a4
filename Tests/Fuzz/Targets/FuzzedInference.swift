import HTTP
import StrictJSON
import Synchronization

@testable import API
@testable import OpenInferenceProtocol

/// The body of an inference request: two bytes of what `Inference-Header-Content-Length` says, `ffff` for nothing, then the body.
///
/// Laws: nothing outside the body is read, and no more than the limit in all; what is taken lies in the body and within the
/// limits; a refusal is JSON that a client can read, and repeats no text of the request.
struct FuzzedInference {
  private let jsonByteCount: Int?
  private let body: [UInt8]

  private static let promptLimit = 8
  private static let byteLimit = 4096

  init(_ bytes: [UInt8]) {
    let declared = bytes.prefix(2).reversed().reduce(0) { $0 << 8 | Int($1) }
    jsonByteCount = bytes.count < 2 || declared == 0xffff ? nil : declared
    body = Array(bytes.dropFirst(2))
  }

  func check() throws(BrokenLaw) {
    let reads = Mutex<[Range<Int>]>([])
    let request: OpenInferenceRequest
    do throws(OpenInferenceError) {
      let open = try OpenInferenceBody(
        byteCount: body.count, jsonByteCount: jsonByteCount, byteLimit: Self.byteLimit
      ) { [body] (range) throws(OpenInferenceError) in
        reads.withLock { $0.append(range) }
        return Array(body[range.clamped(to: body.indices)])
      }
      request = try OpenInferenceRequest(open, promptLimit: Self.promptLimit)
    } catch {
      try check(reads.withLock { $0 })
      return try check(Problem(error))
    }
    try check(reads.withLock { $0 })
    try demand(request.prompts.count <= Self.promptLimit, "\(request.prompts.count) prompts")
    try demand(
      !request.outputs.isEmpty && Set(request.outputs.map(\.output)).count == request.outputs.count,
      "an output twice, or none")
    if case .file(let range) = request.volume {
      let start = (jsonByteCount ?? body.count) + OpenInferenceInputs.lengthBytes
      try demand(
        range.lowerBound >= start && range.upperBound <= body.count, "a volume outside the body")
    }
  }

  private func check(_ reads: [Range<Int>]) throws(BrokenLaw) {
    for range in reads {
      try demand(range.lowerBound >= 0 && range.upperBound <= body.count, "\(range) was read")
    }
    // The volume's length is read besides.
    let all = reads.reduce(0) { $0 + $1.count }
    try demand(all <= Self.byteLimit + OpenInferenceInputs.lengthBytes, "\(all) bytes were read")
  }

  private func check(_ problem: Problem) throws(BrokenLaw) {
    let written = problem.response(requestID: "fuzz", prefix: "", namesError: true).body
    guard case .object(let object)? = try? JSON(parsing: written),
      case .string(let detail)? = object["error"]
    else { throw BrokenLaw(description: "a refusal that is not JSON") }
    try demand(!detail.contains(Self.canary), "a refusal repeats the request: \(detail)")
    try demand(
      problem.errors.allSatisfy { $0.pointer.isEmpty || $0.pointer.hasPrefix("/") },
      "a pointer that is none: \(problem.errors)")
  }

  /// What the corpus has for names, prompts and members that no refusal may repeat.
  private static let canary = "CANARY"
}
