import Calibrations
import Foundation
import Inference
import Jobs
import Storage
import StrictJSON
import TestSupport

@testable import API
@testable import HTTP

/// The contract with the tiny model in this process: requests pass the gate, the spool and the handlers, and need no
/// socket.
final class LocalService: Sendable {
  let service: DiagnosisService
  let api: ServiceAPI
  private let gate: Gate
  private let spool: SpoolSpace
  private let folder: String
  private let jobs: Task<Void, Never>

  init(
    _ limits: InferenceLimits = InferenceLimits(), apiLimits: APILimits = APILimits(),
    model: String = Fixtures.tinyModel, calibration: String = "model",
    persistence: Persistence = .embeddings
  ) async throws {
    folder = "/tmp/brgsa-test-local-\(UUID().uuidString)"
    for path in [folder, "\(folder)/spool"] {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    spool = SpoolSpace(directory: "\(folder)/spool")
    service = DiagnosisService(
      limits: limits, calibrations: CalibrationStore(directory: "\(folder)/calibrations"),
      standardCalibration: calibration, store: try Store(path: ":memory:"),
      persistence: persistence)
    api = ServiceAPI(
      service: service, readiness: Readiness(service, spool: spool), limits: apiLimits,
      uploads: StoredUploads(directory: spool.directory), metrics: { "" })
    gate = Gate(
      routes: RouteTable(api.routes), hosts: HostPolicy(allowedHosts: [String]()), keys: KeyRing(),
      uriByteLimit: apiLimits.uriBytes)
    try await service.load(directory: model, threads: 1)
    jobs = Task { [api] in await api.jobs.run() }
  }

  deinit {
    jobs.cancel()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// A request whose head was let in; who drops it has left.
  struct Opened: Sendable {
    fileprivate let service: LocalService
    fileprivate let head: RequestHead
    fileprivate let policy: BodyPolicy
    fileprivate let plan: BodyPlan
    fileprivate let handler: Admission.Handler

    /// Sends the body and waits for the response.
    func send(_ body: [UInt8]) async -> RawAnswer {
      let received: Request.Body
      do throws(HTTPError) {
        var receiver = try BodyReceiver(plan, policy: policy, spool: service.spool)
        // In pieces that end anywhere.
        for start in stride(from: 0, to: body.count, by: 4093) {
          body[start..<min(start + 4093, body.count)].withUnsafeBytes {
            _ = receiver?.receive($0)
          }
        }
        received = try receiver?.finish() ?? .none
      } catch {
        return await service.raw(service.refusal(error, head.id, nil, nil), head.id)
      }
      let response = await handler(Request(head: head, body: received))
      return await service.raw(response, head.id, isHead: head.method == .head)
    }
  }

  enum Opening: Sendable {
    case opened(Opened)
    case answered(RawAnswer)
  }

  /// Sends a head alone.
  func open(
    _ method: String, _ target: String, type: String? = nil, length: Int? = nil,
    headers: [String] = []
  ) async -> Opening {
    var fields = ["Host: 127.0.0.1"] + (type.map { ["Content-Type: \($0)"] } ?? [])
    fields += (length.map { ["Content-Length: \($0)"] } ?? []) + headers
    let head = RawHead(
      method: method, uri: Array(target.utf8), isVersion11: true,
      fields: fields.map { field in
        let parts = field.split(separator: ":", maxSplits: 1)
        return RawHead.Field(
          parts[0].utf8, parts[1].drop { $0 == " " }.utf8)
      }, isLocal: true)
    let verdict = gate.verdict(on: head, busy: nil)
    switch verdict.outcome {
    case .accept(let head, let policy, let plan, let handler):
      return .opened(
        Opened(service: self, head: head, policy: policy, plan: plan, handler: handler))
    case .respond(let response):
      return .answered(await raw(response, verdict.requestID, isHead: method == "HEAD"))
    case .refuse(let error):
      let response = refusal(error, verdict.requestID, verdict.routePattern, verdict.area)
      return .answered(await raw(response, verdict.requestID))
    }
  }

  /// Sends a request.
  func answer(
    _ method: String = "GET", _ target: String, type: String? = nil, body: [UInt8]? = nil,
    headers: [String] = []
  ) async throws -> RawAnswer {
    switch await open(method, target, type: type, length: body?.count, headers: headers) {
    case .opened(let opened): await opened.send(body ?? [])
    case .answered(let answer): answer
    }
  }

  /// Posts a volume as a raw body.
  func diagnose(
    _ volume: [UInt8], query: String = "prompt=pleural+effusion"
  ) async throws -> RawAnswer {
    try await answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/octet-stream", body: volume)
  }

  /// Sends JSON.
  func send(_ method: String, _ target: String, _ body: String) async throws -> RawAnswer {
    try await answer(method, target, type: "application/json", body: Array(body.utf8))
  }

  /// Stores a volume.
  func keep(_ volume: [UInt8], headers: [String] = []) async throws -> RawAnswer {
    try await answer(
      "POST", "/v1/volumes", type: "application/octet-stream", body: volume, headers: headers)
  }

  /// The ids of the stored volumes, newest first.
  func volumeIDs() async throws -> [String] {
    try await answer("GET", "/v1/volumes").json["volumes"]?.elements.compactMap { $0["id"]?.text }
      ?? []
  }

  /// Files in the spool folder.
  var spooled: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: spool.directory)) ?? []
  }

  private func refusal(
    _ error: HTTPError, _ id: String, _ pattern: String?, _ area: String?
  ) -> Response {
    ServiceAPI.errorResponse(
      error,
      RequestContext(requestID: id, method: nil, routePattern: pattern, area: area, prefix: ""))
  }

  private func raw(_ response: Response, _ id: String, isHead: Bool = false) async -> RawAnswer {
    var answer = RawAnswer()
    answer.status = response.status
    answer.headers = ServerResponse(response, requestID: id, closesConnection: true).headers.fields
      .map {
        ($0.name.lowercased(), $0.value)
      }
    answer.body = response.body
    if let file = response.file {
      answer.body = [UInt8](unsafeUninitializedCapacity: file.byteCount) { buffer, count in
        count = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0) ?? 0
      }
    }
    if let stream = response.stream { for await piece in stream.pieces { answer.body += piece } }
    if isHead { answer.body = [] }
    return answer
  }
}
