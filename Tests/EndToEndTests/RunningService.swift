import Foundation
import StrictJSON
import TestSupport
import Testing

/// `brgsa serve` on a free port with the tiny model.
final class RunningService: Sendable {
  let process: BrgsaProcess
  let port: UInt16
  private let spool: String
  /// Whether the spool outlives this service.
  private let leavesSpool: Bool
  /// A folder that nobody else uses; never the checkout's own.
  private let ownCalibrations: String

  /// - Parameters:
  ///   - calibrations: A folder that outlives this service; else it has one of its own.
  ///   - store: A file that outlives this service; else what it keeps ends with it.
  ///   - spool: A folder that outlives this service; else it has one of its own.
  init(
    _ arguments: [String] = [], model: String = Fixtures.tinyModel, calibrations: String? = nil,
    store: String = ":memory:", spool: String? = nil, environment: [String: String] = [:],
    fileByteLimit: Int? = nil
  ) async throws {
    leavesSpool = spool != nil
    self.spool = spool ?? "/tmp/brgsa-test-spool-\(UUID().uuidString)"
    ownCalibrations = "/tmp/brgsa-test-calibrations-\(UUID().uuidString)"
    process = try BrgsaProcess(
      [
        "serve", "--port", "0", "--model", model, "--spool", self.spool, "--calibrations",
        calibrations ?? ownCalibrations, "--store", store,
      ] + arguments, environment: environment, fileByteLimit: fileByteLimit)
    let line = try #require(await process.logLine(with: "listening"), "the service did not start")
    let digits = try #require(line.split(separator: "port=").last).prefix { $0.isNumber }
    port = try #require(UInt16(digits))
    _ = try #require(await process.logLine(with: "] ready"), "the model was not loaded")
  }

  deinit {
    process.signal(SIGKILL)
    for folder in [leavesSpool ? nil : spool, ownCalibrations].compactMap(\.self) {
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  /// Sends a request on a fresh connection.
  func answer(
    _ method: String = "GET", _ target: String, type: String? = nil, body: [UInt8]? = nil,
    headers: [String] = []
  ) async throws -> RawAnswer {
    var head = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
    head += type.map { ["Content-Type: \($0)"] } ?? []
    head += body.map { ["Content-Length: \($0.count)"] } ?? []
    head += headers
    let client = try RawClient(port: port)
    await client.send(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? []))
    return try await client.answer(toHead: method == "HEAD")
  }

  /// Posts a volume as a raw body.
  func diagnose(
    _ volume: [UInt8], query: String = "prompt=pleural+effusion"
  ) async throws -> RawAnswer {
    try await answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/octet-stream", body: volume)
  }

  /// Posts a form.
  func diagnoseForm(
    _ parts: [(name: String, type: String, body: [UInt8])], to path: String = "/v1/diagnoses",
    headers: [String] = []
  ) async throws -> RawAnswer {
    var body: [UInt8] = []
    for part in parts {
      body += Array(
        """
        --xyz\r\nContent-Disposition: form-data; name="\(part.name)"; filename="../../x"\r
        Content-Type: \(part.type)\r\n\r\n
        """.utf8)
      body += part.body + Array("\r\n".utf8)
    }
    body += Array("--xyz--\r\n".utf8)
    return try await answer(
      "POST", path, type: "multipart/form-data; boundary=xyz", body: body,
      headers: headers)
  }

  /// Files that lie in the spool folder.
  var spooled: [String] { (try? FileManager.default.contentsOfDirectory(atPath: spool)) ?? [] }
}
