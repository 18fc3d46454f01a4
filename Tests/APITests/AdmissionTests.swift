import HTTP
import Inference
import StrictJSON
import TestSupport
import Testing

@testable import API

/// Places are taken before a volume is uploaded, and given back exactly once.
@Suite struct AdmissionTests {
  private static let good = HostileVolumes.good().bytes()
  private static let octets = "application/octet-stream"

  /// One volume is worked on, none waits.
  private static func service() async throws -> LocalService {
    var limits = InferenceLimits()
    limits.queue = 0
    return try await LocalService(limits)
  }

  private static func open(
    _ service: LocalService, _ target: String, _ headers: [String] = [], length: Int = good.count
  ) async -> LocalService.Opening {
    await service.open("POST", target, type: octets, length: length, headers: headers)
  }

  private static func isRefused(_ opening: LocalService.Opening) -> Bool {
    guard case .answered(let answer) = opening else { return false }
    return answer.status == 503 && answer.code == "queue-full"
      && answer.header("Retry-After") != nil
  }

  private static func isOpened(_ opening: LocalService.Opening) -> Bool {
    if case .opened = opening { true } else { false }
  }

  @Test(
    arguments: [
      ("/v1/diagnoses?prompt=nodule", []), ("/v1/volumes", []),
      ("/v2/models/brgsa/infer", ["Inference-Header-Content-Length: 100"]),
      ("/v1/diagnoses?prompt=nodule", ["Prefer: respond-async"]),
    ] as [(String, [String])])
  func aSecondUploadIsRefusedBeforeItsBodyUntilTheFirstClientLeaves(
    target: String, headers: [String]
  ) async throws {
    let service = try await Self.service()
    // Longer than what an inference request may bring without a place.
    let length = 2 << 20
    do {
      let first = await Self.open(service, target, headers, length: length)
      #expect(Self.isOpened(first))
      #expect(Self.isRefused(await Self.open(service, target, headers, length: length)))
      withExtendedLifetime(first) {}
    }
    #expect(Self.isOpened(await Self.open(service, target, headers, length: length)))
  }

  @Test func anUploadThatHasItsPlaceIsNeverRefused() async throws {
    let service = try await Self.service()
    guard case .opened(let first) = await Self.open(service, "/v1/diagnoses?prompt=nodule") else {
      Issue.record("refused")
      return
    }
    #expect(try await service.keep(Self.good).code == "queue-full")
    #expect(await first.send(Self.good).status == 200)
    // Its place is free again, although the client still holds the connection.
    #expect(try await service.keep(Self.good).status == 200)
  }

  @Test func aPlaceComesBackOnceWhateverHappens() async throws {
    let service = try await Self.service()
    let damaged = Array(Self.good.prefix(400))
    for _ in 0..<3 {
      for target in ["/v1/diagnoses?prompt=nodule", "/v1/volumes"] {
        #expect(
          try await service.answer("POST", target, type: Self.octets, body: damaged).status == 400)
        // A misspelt parameter is noticed after the place was taken.
        let misspelt = "\(target.prefix { $0 != "?" })?promt=x"
        #expect(
          try await service.answer("POST", misspelt, type: Self.octets, body: damaged).status == 422
        )
      }
      #expect(try await service.diagnose(Self.good, query: "prompt=nodule").status == 200)
      let digest = "Content-Digest: sha-256=:AAAA:"
      #expect(try await service.keep(Self.good, headers: [digest]).status == 400)
    }
    let first = await Self.open(service, "/v1/volumes")
    #expect(Self.isOpened(first))
    #expect(Self.isRefused(await Self.open(service, "/v1/volumes")))
    withExtendedLifetime(first) {}
  }

  @Test func aClientThatLeavesWhileItsVolumeWaitsGivesThePlaceBack() async throws {
    let service = try await Self.service()
    guard case .opened(let first) = await Self.open(service, "/v1/diagnoses?prompt=nodule") else {
      Issue.record("refused")
      return
    }
    let work = Task { await first.send(Self.good) }
    work.cancel()
    _ = await work.value
    #expect(try await service.keep(Self.good).status < 300)
  }

  @Test func jobsTakeTheirPlacesBeforeTheirUploadsAndRepeatedRequestsNeedNone() async throws {
    let service = try await Self.service()
    let target = "/v1/diagnoses?prompt=nodule"
    let known = ["Prefer: respond-async, wait=60", "Idempotency-Key: one"]
    let done = try await service.answer(
      "POST", target, type: Self.octets, body: Self.good, headers: known)
    #expect(done.status == 200)
    let upload = await Self.open(service, target, ["Prefer: respond-async"])
    #expect(Self.isOpened(upload))
    // The key of a known job needs no place; another one does.
    let again = try await service.answer(
      "POST", target, type: Self.octets, body: Self.good, headers: known)
    #expect(again.status == 200 && again.body == done.body)
    #expect(
      Self.isRefused(
        await Self.open(service, target, ["Prefer: respond-async", "Idempotency-Key: two"])))
    withExtendedLifetime(upload) {}
  }
}
