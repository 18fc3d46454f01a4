import StrictJSON
import Synchronization
import TestSupport
import Testing

/// Rows E13 and J1 to J5 of HostileInputs.md: many at once, and clients that do not wait.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileLoadTests {
  /// Large enough that it takes a while to read and resample.
  private static let large = VolumesPhantom(shape: [160, 160, 60], spacing: [2, 2, 5])
    .stored(as: "LPS").file().bytes()

  private static func large(_ number: Int) -> [UInt8] {
    Array(large.dropLast(2)) + [UInt8(number), 0]
  }

  private static let depth = "brgsa_queue_depth{lane=\"volumes\"}"

  @Test func equalVolumesAtOnceAreEncodedOnce() async throws {
    let service = try await RunningService()
    let volume = Self.large(0)
    let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
      for _ in 0..<64 { group.addTask { try await service.diagnose(volume) } }
      return try await group.reduce(into: [RawAnswer]()) { $0.append($1) }
    }
    #expect(answers.allSatisfy { $0.status == 200 }, "J1")
    let findings = try answers.map { try $0.json["findings"] }
    #expect(findings.allSatisfy { $0 == findings[0] && $0 != nil }, "J1")
    let count = "brgsa_stage_duration_seconds_count{stage=\"encode_volume\"}"
    #expect(try await service.eventually { try await service.metric(count) == 1 }, "J1")
  }

  @Test func differentVolumesAtOnceHaveTheScoresThatTheyHaveAlone() async throws {
    let service = try await RunningService(["--persist", "none"])
    var alone: [JSON?] = []
    for number in 0..<64 {
      alone.append(try await service.diagnose(ArchiveVolumes.volume(number)).json["findings"])
    }
    try await withThrowingTaskGroup(of: (Int, RawAnswer).self) { group in
      for number in 0..<64 {
        group.addTask { (number, try await service.diagnose(ArchiveVolumes.volume(number))) }
      }
      for try await (number, answer) in group {
        #expect(answer.status == 200 || answer.code == "queue-full", "J2 \(number)")
        if answer.status == 200 { #expect(try answer.json["findings"] == alone[number], "J2") }
      }
    }
  }

  /// Not a time but an order: a text that waited behind the volumes would find none waiting after it.
  @Test func textsDoNotWaitForVolumes() async throws {
    let service = try await RunningService(["--persist", "none"])
    var wasBetween = false
    for round in 0..<20 where !wasBetween {
      let volumes = (0..<32).map { number in
        Task { try await service.diagnose(Self.large(number + round * 8)).status }
      }
      var before = 0.0
      for _ in 0..<200 where before < 12 {
        before = try await service.metric(Self.depth) ?? 0
      }
      let text = try await service.send(
        "POST", "/v1/embeddings", #"{"input":["There is finding \#(round)"]}"#)
      #expect(text.status == 200, "J3")
      let after = try await service.metric(Self.depth) ?? 0
      wasBetween = before >= 12 && after > 0
      for volume in volumes { #expect(try await volume.value == 200, "J3") }
    }
    #expect(wasBetween, "J3")
  }

  @Test func whoDoesNotWaitLosesItsPlaceAndNobodyElseDoes() async throws {
    let service = try await RunningService(["--persist", "none"])
    var waiting = 0.0
    for round in 0..<20 where waiting < 4 {
      var clients: [RawClient] = []
      for number in 0..<24 {
        let volume = Self.large(number + round)
        let head =
          "POST /v1/diagnoses?prompt=gas HTTP/1.1\r\nHost: localhost\r\n"
          + "Content-Type: application/octet-stream\r\nContent-Length: \(volume.count)\r\n\r\n"
        clients.append(try await service.sent(Array(head.utf8) + volume))
      }
      waiting = try await service.metric(Self.depth) ?? 0
      for client in clients { client.resetOnClose() }
      clients.removeAll()
    }
    #expect(waiting >= 4, "J4: no volume waited for another")
    let isFree = try await service.eventually { try await service.metric(Self.depth) == 0 }
    #expect(isFree, "J4")
    #expect(try await service.diagnose(ArchiveVolumes.volume(1)).status == 200, "J4")
    #expect(await service.process.logLine(with: "ending=client") != nil, "J4")
    try await service.expectUnharmed(after: "J4")
  }

  @Test func denormalVoxelsTakeNoLongerThanOthers() async throws {
    let service = try await RunningService(["--persist", "none"])
    let phantom = VolumesPhantom(shape: [160, 160, 60], spacing: [2, 2, 5]).stored(as: "LPS")
    var files = [phantom.file(datatype: .float32), phantom.file(datatype: .float32)]
    for (number, value) in [0, 1e-41].enumerated() {
      files[number].setVoxels(phantom.values.map { $0 > -900 ? value : $0 }, as: .float32)
    }
    var (times, findings): ([Duration], [JSON?]) = ([], [])
    for file in files {
      let bytes = file.bytes()
      var best = Duration.seconds(1000)
      for _ in 0..<3 {
        let start = ContinuousClock.now
        findings.append(try await service.diagnose(bytes).json["findings"])
        best = min(best, ContinuousClock.now - start)
      }
      times.append(best)
    }
    #expect(findings.allSatisfy { $0 == findings[0] && $0 != nil }, "E13")
    #expect(times[1] < times[0] * 10, "E13 \(times)")
  }

  @Test func deletesAndPostsOfOneVolumeHaveAnOrder() async throws {
    let service = try await RunningService()
    let volume = ArchiveVolumes.volume(0)
    let id = try #require(try await service.keep(volume).json["id"]?.text)
    for round in 0..<25 {
      async let first = service.keep(volume)
      async let deleted = service.answer("DELETE", "/v1/volumes/\(id)")
      async let found = service.send("POST", "/v1/retrievals", #"{"query":{"text":"gas"}}"#)
      async let second = service.keep(volume)
      let kept = try await [first, second]
      // Kept and deleted before its answer could be made, it is not found.
      #expect(kept.allSatisfy { [200, 201, 404].contains($0.status) }, "J5 round \(round)")
      #expect(try await [204, 404].contains(deleted.status), "J5 round \(round)")
      let results = try await found.json["results"]?.elements.count
      #expect(try await found.status == 200 && (results == 0 || results == 1), "G6 round \(round)")
      let isThere = try await service.answer("GET", "/v1/volumes/\(id)").status == 200
      #expect(try await service.volumeIDs() == (isThere ? [id] : []), "J5 round \(round)")
    }
    #expect([200, 201].contains(try await service.keep(volume).status), "J5")
    #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 204, "J5")
    #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 404, "G6")
  }
}
