import StrictJSON
import TestSupport
import Testing

/// Places through the real server: clients that upload slowly, and clients that leave. A client that
/// is silent for 30 seconds loses its place, so this runs where little else does: `make hostile`.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(5)))
struct HostileAdmissionTests {
  private let good = HostileVolumes.good().bytes()

  /// Sends a head, waits until the server has admitted it, and sends half of a volume.
  private func half(_ service: RunningService) async throws -> RawClient {
    let client = try RawClient(port: service.port)
    let head = """
      POST /v1/diagnoses?prompt=nodule HTTP/1.1\r
      Host: 127.0.0.1:\(service.port)\r
      Content-Type: application/octet-stream\r
      Content-Length: \(good.count)\r
      Expect: 100-continue\r
      Connection: close\r\n\r\n
      """
    await client.send(head)
    #expect(try await client.head().status == 100)
    await client.send(Array(good.prefix(good.count / 2)))
    return client
  }

  @Test func aSlowUploadHoldsItsPlaceUntilItsClientLeaves() async throws {
    let service = try await RunningService(["--queue-capacity", "1"])
    let first = try await half(service)
    var second: RawClient? = try await half(service)
    // One place is for the volume that is encoded, one for the volume that waits.
    #expect(try await service.diagnose(good, query: "prompt=nodule").code == "queue-full")
    withExtendedLifetime(second) {}
    second = nil
    while try await service.diagnose(good, query: "prompt=nodule").status != 200 {}
    await first.send(Array(good.suffix(good.count - good.count / 2)))
    #expect(try await first.answer().status == 200)
  }
}
