import TestSupport
import Testing

@testable import Storage

/// Uploads of jobs that are stored in the database.
@Suite struct UploadTests {
  /// Two transactions and a part of a row.
  private static let bytes: [UInt8] = (0..<(Store.uploadPieceBytes + UploadTable.partBytes + 3))
    .map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }

  private static func withStore(_ body: (Store, SharedDatabase) async throws -> Void) async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    try await body(store, database)
    store.close()
  }

  private static func add(_ id: String, to store: Store) async throws {
    try await store.addUpload(of: id, byteCount: bytes.count) { Array(bytes[$0]) }
  }

  private static func read(_ id: String, from store: Store) async throws -> [UInt8] {
    var read: [UInt8] = []
    let count = try await store.readUpload(of: id, byteCount: bytes.count) { read += $0 }
    #expect(count == read.count)
    return read
  }

  private static func job(_ id: String, endedAt: Int? = nil) -> JobRecord {
    JobRecord(id: id, createdAt: 1, endedAt: endedAt, document: [1])
  }

  @Test func anotherProcessReadsTheUploadThatOneStored() async throws {
    try await Self.withStore { store, database in
      let other = try database.store()
      #expect(store.canStoreUploads && other.canStoreUploads)
      try await Self.add("job_a", to: store)
      #expect(try await Self.read("job_a", from: other) == Self.bytes)
      #expect(try await Self.read("job_b", from: other) == [])
      // It is stored once more if the answer to a commit was lost.
      try await Self.add("job_a", to: other)
      #expect(try await Self.read("job_a", from: store) == Self.bytes)
      try await store.deleteUpload(of: "job_a")
      #expect(try await Self.read("job_a", from: other) == [])
      other.close()
    }
  }

  @Test(arguments: ["finish", "cancel"])
  func theUploadIsDeletedInTheTransactionThatEndsItsJob(_ end: String) async throws {
    try await Self.withStore { store, database in
      for id in ["job_a", "job_b"] {
        try await Self.add(id, to: store)
        _ = try await store.addJob(Self.job(id))
      }
      let ended = Self.job("job_a", endedAt: 5)
      if end == "finish" {
        let claimed = try #require(try await store.claimJob(owner: "p", lease: 1000))
        #expect(try await store.finishJob(ended, claimed.lease) == .stored)
      } else {
        #expect(try await store.requestCancel(ended) == .ended)
      }
      #expect(try database.number("SELECT count(*) FROM upload WHERE job = 'job_a'") == 0)
      #expect(try await Self.read("job_b", from: store) == Self.bytes)
    }
  }

  @Test func onlyOldUploadsWithoutAJobAreAbandoned() async throws {
    try await Self.withStore { store, database in
      for id in ["job_new", "job_old", "job_waiting", "job_ended"] {
        try await Self.add(id, to: store)
      }
      _ = try await store.addJob(Self.job("job_waiting"))
      _ = try await store.addJob(Self.job("job_ended", endedAt: 5))
      try database.run(
        "UPDATE upload SET created_at = created_at - 86401 WHERE job <> 'job_new'")
      try await store.deleteAbandonedUploads()
      for id in ["job_new", "job_waiting"] {
        #expect(try await Self.read(id, from: store) == Self.bytes)
      }
      #expect(
        try database.number("SELECT count(*) FROM upload WHERE job IN ('job_old', 'job_ended')")
          == 0)
    }
  }

  @Test func aStoreInAFileHasNoUploads() async throws {
    let store = try Store(path: ":memory:", isShared: true)
    #expect(!store.canStoreUploads && !store.isShared)
    try await store.deleteAbandonedUploads()
  }

  @Test func processesHearOfTheJobsOfOthers() async throws {
    let database = try SharedDatabase()
    let (here, there) = (try database.replica(), try database.replica())
    let (heard, hearing) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    there.store.onJobChange { hearing.yield() }
    _ = try await here.store.addJob(Self.job("job_a"))
    for await _ in heard {
      if try await !there.store.openJobs().isEmpty { break }
    }
    here.close()
    there.close()
  }
}
