import Testing

@testable import Storage

/// Leases of jobs, with several owners on one store.
@Suite struct JobLeaseTests {
  private static func job(_ n: Int, endedAt: Int? = nil) -> JobRecord {
    JobRecord(id: "job_\(n)", createdAt: n, endedAt: endedAt, document: [UInt8(n)])
  }

  private static func diagnosis(_ id: String, volume: Int = 1) -> DiagnosisRecord {
    DiagnosisRecord(id: id, createdAt: 1, volumeID: "sha256-\(volume)", document: [1, 2])
  }

  /// A store with jobs 0 and so on.
  private static func withJobs(
    _ place: Place, _ count: Int, _ body: (Store) async throws -> Void
  ) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<count { _ = try await store.addJob(job(n)) }
      try await body(store)
    }
  }

  @Test(arguments: Place.allCases)
  func eachJobIsClaimedOnceAndInOrder(_ place: Place) async throws {
    try await Self.withJobs(place, 3) { store in
      let first = try #require(try await store.claimJob(owner: "a", lease: 1000))
      #expect(first.record == Self.job(0) && first.lease.attempt == 1 && !first.isCancelled)
      #expect(try await store.claimJob(owner: "b", lease: 1000)?.record == Self.job(1))
      #expect(try await store.claimJob(owner: "c", lease: 1000, except: ["job_2"]) == nil)
      #expect(try await store.claimJob(owner: "c", lease: 1000)?.record == Self.job(2))
      #expect(try await store.claimJob(owner: "d", lease: 1000) == nil)
      // A process whose claim got no response claims its job again.
      #expect(try await store.claimJob(owner: "a", lease: 1000)?.lease.attempt == 2)
    }
  }

  @Test(arguments: Place.allCases)
  func manyOwnersClaimDistinctJobs(_ place: Place) async throws {
    try await Self.withJobs(place, 20) { store in
      let ids = try await withThrowingTaskGroup(of: String?.self) { group in
        for n in 0..<24 {
          group.addTask { try await store.claimJob(owner: "p\(n)", lease: 1000)?.record.id }
        }
        return try await group.reduce(into: [String]()) { if let id = $1 { $0.append(id) } }
      }
      #expect(ids.count == 20 && Set(ids).count == 20)
    }
  }

  @Test(arguments: Place.allCases)
  func aProcessThatLostItsLeaseStoresNothing(_ place: Place) async throws {
    try await Self.withJobs(place, 1) { store in
      try await store.add(1)
      let frozen = try #require(try await store.claimJob(owner: "a", lease: 0))
      let next = try #require(try await store.claimJob(owner: "b", lease: 1000))
      #expect(next.lease.attempt == 2)
      let ended = Self.job(0, endedAt: 5)
      #expect(try await store.renewLease(frozen.lease, for: 1000, progress: 1) == .lost)
      #expect(
        try await store.finishJob(ended, frozen.lease, diagnosis: Self.diagnosis("a"))
          == .leaseLost)
      #expect(try await store.diagnosis(id: "a") == nil)
      #expect(try await store.job(id: "job_0") == Self.job(0))
      #expect(
        try await store.finishJob(ended, next.lease, diagnosis: Self.diagnosis("b")) == .stored)
      #expect(try await store.diagnosis(id: "b") == Self.diagnosis("b"))
      #expect(try await store.job(id: "job_0") == ended)
      // The response to the commit was lost, so the transaction runs again.
      #expect(
        try await store.finishJob(ended, next.lease, diagnosis: Self.diagnosis("b")) == .stored)
      let late = Self.job(0, endedAt: 6)
      #expect(try await store.finishJob(late, frozen.lease) == .leaseLost)
      #expect(try await store.claimJob(owner: "c", lease: 1000) == nil)
    }
  }

  @Test(arguments: Place.allCases)
  func aLateProcessKeepsAJobThatNobodyClaimed(_ place: Place) async throws {
    try await Self.withJobs(place, 1) { store in
      let claimed = try #require(try await store.claimJob(owner: "a", lease: 0))
      #expect(try await store.renewLease(claimed.lease, for: 1000, progress: 250) == .held)
      #expect(try await store.claimJob(owner: "b", lease: 1000) == nil)
      #expect(try await store.jobStanding(id: "job_0") == .running(progress: 250))
      #expect(try await store.finishJob(Self.job(0, endedAt: 1), claimed.lease) == .stored)
      #expect(try await store.jobStanding(id: "job_0") == .ended)
    }
  }

  @Test(arguments: Place.allCases)
  func aDiagnosisOfAVolumeThatIsGoneLeavesTheJobOpen(_ place: Place) async throws {
    try await Self.withJobs(place, 1) { store in
      let lease = try #require(try await store.claimJob(owner: "a", lease: 1000)).lease
      let ended = Self.job(0, endedAt: 1)
      #expect(
        try await store.finishJob(ended, lease, diagnosis: Self.diagnosis("d")) == .volumeMissing)
      #expect(try await store.job(id: "job_0") == Self.job(0))
      #expect(try await store.finishJob(ended, lease) == .stored)
    }
  }

  @Test(arguments: Place.allCases)
  func aStopInOrderIsNoStartAndACrashIsOne(_ place: Place) async throws {
    try await Self.withJobs(place, 2) { store in
      let stopped = try #require(try await store.claimJob(owner: "a", lease: 1000))
      try await store.releaseLeases(owner: "a")
      #expect(try await store.finishJob(Self.job(0, endedAt: 1), stopped.lease) == .leaseLost)
      let second = try #require(try await store.claimJob(owner: "b", lease: 1000))
      #expect(second.record == Self.job(0) && second.lease.attempt == 1)
      // The process crashes, and the next one opens the store alone. The started job comes last.
      try await store.expireLeases()
      #expect(try await store.openJobs().map(\.record.id) == ["job_1", "job_0"])
      #expect(try await store.claimJob(owner: "c", lease: 1000)?.record == Self.job(1))
      #expect(try await store.claimJob(owner: "d", lease: 1000)?.lease.attempt == 2)
    }
  }

  @Test(arguments: Place.allCases)
  func aWaitingJobIsCancelledAtOnceAndARunningOneIsAskedToEnd(_ place: Place) async throws {
    try await Self.withJobs(place, 3) { store in
      let lease = try #require(try await store.claimJob(owner: "a", lease: 1000)).lease
      #expect(try await store.requestCancel(Self.job(0, endedAt: 1)) == .requested)
      #expect(try await store.requestCancel(Self.job(1, endedAt: 1)) == .ended)
      #expect(try await store.requestCancel(Self.job(1, endedAt: 2)) == .notOpen)
      #expect(try await store.requestCancel(Self.job(9, endedAt: 2)) == .notOpen)
      #expect(try await store.job(id: "job_1") == Self.job(1, endedAt: 1))
      #expect(try await store.renewLease(lease, for: 0, progress: 0) == .cancelled)
      // The process dies before it has ended the job.
      let next = try #require(try await store.claimJob(owner: "b", lease: 0, except: ["job_2"]))
      #expect(next.record == Self.job(0) && next.isCancelled)
      // Nobody runs a job whose lease is over.
      #expect(try await store.requestCancel(Self.job(0, endedAt: 3)) == .ended)
      #expect(try await store.openJobs().map(\.record.id) == ["job_2"])
    }
  }

  @Test(arguments: Place.allCases)
  func theStoreKnowsWhereAJobIs(_ place: Place) async throws {
    try await Self.withJobs(place, 4) { store in
      let lease = try #require(
        try await store.claimJob(owner: "a", lease: 1000, except: ["job_0", "job_1"])
      ).lease
      #expect(try await store.renewLease(lease, for: 1000, progress: 500) == .held)
      _ = try await store.claimJob(owner: "b", lease: 0)
      #expect(try await store.jobStanding(id: "job_2") == .running(progress: 500))
      #expect(try await store.jobStanding(id: "job_1") == .waiting(behind: 1))
      #expect(try await store.jobStanding(id: "job_3") == .waiting(behind: 2))
      #expect(try await store.jobStanding(id: "job_0") == .waiting(behind: 3))
      #expect(try await store.jobStanding(id: "job_9") == nil)
      let open = try await store.openJobs()
      #expect(open.map(\.record.id) == ["job_2", "job_1", "job_3", "job_0"])
      #expect(open.map(\.progress) == [500, nil, nil, nil])
    }
  }

  @Test(arguments: Place.allCases)
  func aLeaseGoesWithItsJob(_ place: Place) async throws {
    try await Self.withJobs(place, 2) { store in
      for owner in ["a", "b"] { _ = try await store.claimJob(owner: owner, lease: 1000) }
      _ = try await store.updateJob(Self.job(0, endedAt: 1))
      try await store.deleteJobs(endedBefore: 2)
      let count = try await store.reading { database, _ in
        try database.integer("SELECT count(*) FROM job_lease")
      }
      #expect(count == 1)
    }
  }

  @Test(arguments: Place.allCases)
  func aDamagedJobIsNotClaimed(_ place: Place) async throws {
    try await Self.withJobs(place, 2) { store in
      _ = try await store.writing { database, _ in
        try database.run("UPDATE job SET created_at = created_at + 1 WHERE id = 'job_0'")
      }
      #expect(try await store.claimJob(owner: "a", lease: 1000)?.record == Self.job(1))
      #expect(try await store.job(id: "job_0") == nil)
      #expect(store.quarantined == 1)
    }
  }
}
