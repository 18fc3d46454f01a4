import GRDB
import Testing

@testable import Storage

/// What the store promises of jobs, on a file and in memory.
@Suite struct JobRecordTests {
  private static func job(_ n: Int, key: [UInt8]? = nil, endedAt: Int? = nil) -> JobRecord {
    JobRecord(
      id: "job_\(n)", createdAt: 100 - n, endedAt: endedAt, repetitionKey: key,
      document: [UInt8(n), 0, 255])
  }

  @Test(arguments: Place.allCases)
  func jobsComeBackInTheirOrderUntilTheyEnd(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<4 { #expect(try await store.addJob(Self.job(n)) == Self.job(n)) }
      let ended = Self.job(1, endedAt: 0)
      #expect(try await store.updateJob(ended))
      #expect(try await store.updateJob(Self.job(9)) == false)
      #expect(try await store.job(id: "job_1") == ended)
      #expect(try await store.unfinishedJobs().map(\.id) == ["job_0", "job_2", "job_3"])
      #expect(try await store.job(id: "job_9") == nil)
    }
  }

  @Test(arguments: Place.allCases)
  func theSameKeyIsTheSameJobUntilItGivesWay(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let (first, second) = (Self.job(1, key: [1, 2]), Self.job(2, key: [1, 2]))
      #expect(try await store.addJob(first) == first)
      #expect(try await store.addJob(second, unlessEndedSince: 50) == first)
      #expect(try await store.job(repetitionKey: [1, 2]) == first)
      let ended = Self.job(1, key: [1, 2], endedAt: 50)
      _ = try await store.updateJob(ended)
      #expect(try await store.addJob(second, unlessEndedSince: 50) == ended)
      #expect(try await store.addJob(second, unlessEndedSince: 51) == second)
      #expect(try await store.job(id: "job_1") == nil)
      // Jobs without a key are all different.
      for n in 3..<5 { #expect(try await store.addJob(Self.job(n)).id == "job_\(n)") }
    }
  }

  @Test(arguments: Place.allCases)
  func endedJobsAreForgotten(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<4 { _ = try await store.addJob(Self.job(n)) }
      for n in 0..<3 { _ = try await store.updateJob(Self.job(n, endedAt: n * 10)) }
      try await store.deleteJobs(endedBefore: 10)
      #expect(try await store.job(id: "job_0") == nil)
      #expect(try await store.job(id: "job_1") != nil)
      _ = try await store.deleteAll(createdBefore: 1000)
      #expect(try await store.job(id: "job_2") == nil)
      #expect(try await store.unfinishedJobs().map(\.id) == ["job_3"])
    }
  }

  @Test func aDamagedRowIsSetAsideAndFreesItsKey() async throws {
    let store = try Store(path: ":memory:")
    _ = try await store.addJob(Self.job(1, key: [1]))
    try await store.sqlite.access().get().writeWithoutTransaction {
      try $0.run("UPDATE job SET created_at = created_at + 1")
    }
    let second = Self.job(2, key: [1])
    #expect(try await store.addJob(second) == second)
    #expect(try await store.unfinishedJobs() == [second])
    #expect(try await store.job(id: "job_1") == nil)
  }
}
