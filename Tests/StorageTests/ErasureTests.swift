import GRDB
import Synchronization
import Testing

@testable import Storage

/// What is deleted is nowhere in the files.
@Suite struct ErasureTests {
  private static let canary = Array("CANARY-8d1f".utf8)
  private static let floats: Float = 1234.5678

  /// Whether the files hold a sequence of bytes.
  private static func found(_ needle: [UInt8], in folder: TemporaryFolder) throws -> [String] {
    try folder.names.filter { name in
      let bytes = try folder.bytes(name)
      guard bytes.count >= needle.count else { return false }
      return (0...bytes.count - needle.count).contains { start in
        bytes[start] == needle[0] && bytes[start..<start + needle.count].elementsEqual(needle)
      }
    }
  }

  private static var floatBytes: [UInt8] { [floats, floats].withUnsafeBytes { Array($0) } }

  /// A store whose volume 5, among others, has canaries everywhere.
  private static func fill(_ store: Store) async throws {
    try await store.addVolumes((0..<5).map { Sample.entry($0) }, space: Sample.space)
    var entry = Sample.entry(5)
    let text = String(decoding: canary, as: UTF8.self)
    entry.record.document = canary + [UInt8](repeating: 1, count: 20_000) + canary
    entry.record.metadata = VolumeMetadata(
      tags: [text: "a", "b": text], accession: text, studyUID: text, seriesUID: text)
    entry.embedding = VolumeEmbedding(
      values: [Float](repeating: floats, count: 64),
      searchRow: [Float](repeating: floats, count: 64))
    _ = try await store.addVolume(
      entry.record, embedding: entry.embedding,
      voxels: canary + [UInt8](repeating: 2, count: 50_000) + canary, space: Sample.space)
    _ = try await store.addDiagnosis(
      DiagnosisRecord(id: "d", createdAt: 1, volumeID: entry.record.id, document: canary))
    try await store.addVolumes((6..<12).map { Sample.entry($0) }, space: Sample.space)
  }

  /// Another process that reads, so that the log cannot be emptied.
  private static func longReading(of store: String) async throws -> DatabaseQueue {
    let reader = try StoreOpening.readOnly(store)
    try await reader.writeWithoutTransaction { database in
      try database.run("BEGIN")
      _ = try database.firstRow("SELECT count(*) FROM volume") { $0.integer(0) }
    }
    return reader
  }

  private static func end(_ reader: DatabaseQueue) async throws {
    try await reader.writeWithoutTransaction { try $0.run("COMMIT") }
    try reader.close()
  }

  @Test func noByteOfADeletedVolumeStaysInTheFiles() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await Self.fill(store)
    #expect(try !Self.found(Self.canary, in: folder).isEmpty)
    #expect(try !Self.found(Self.floatBytes, in: folder).isEmpty)
    #expect(try await store.deleteVolume(id: "sha256-5"))
    #expect(try Self.found(Self.canary, in: folder).isEmpty)
    #expect(try Self.found(Self.floatBytes, in: folder).isEmpty)
    #expect(try Self.found(Array("sha256-5".utf8), in: folder).isEmpty)
    #expect(try store.countVolumesNow() == 11)
    store.close()
  }

  @Test func noByteOfADeletedReportStaysInTheFiles() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    var report = Sample.report(1)
    report.text = String(decoding: Self.canary, as: UTF8.self)
    try await store.addReport(report)
    #expect(try await store.deleteReport(id: report.id))
    #expect(try Self.found(Self.canary, in: folder).isEmpty)
    store.close()
  }

  @Test func whatIsDeletedDuringALongReadingIsErasedByTheNextWriteAfterIt() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await Self.fill(store)
    let reading = try await Self.longReading(of: folder.store)
    #expect(try await store.deleteVolume(id: "sha256-5"))
    #expect(store.sqlite.shared.withLock { $0.erasure == .owed })
    try await Self.end(reading)
    try await store.add(1)
    #expect(store.sqlite.shared.withLock { $0.erasure == .done })
    #expect(try Self.found(Self.canary, in: folder).isEmpty)
    store.close()
  }

  @Test func whatAKilledProcessHadDeletedIsErasedByTheNextOnesCheck() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await Self.fill(store)
    let reading = try await Self.longReading(of: folder.store)
    #expect(try await store.deleteVolume(id: "sha256-5"))
    // A copy of the files as they are is what a kill would leave.
    let left = try folder.copyOfStore()
    #expect(try !Self.found(Self.canary, in: left).isEmpty)
    let next = try Store(path: left.store)
    #expect(await next.checked() == .ok)
    try await next.add(1)
    #expect(try Self.found(Self.canary, in: left).isEmpty)
    next.close()
    try await Self.end(reading)
    store.close()
  }

  @Test func manyDeletionsDuringALongReadingDoNotWaitForItEachTime() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await Self.fill(store)
    let reading = try await Self.longReading(of: folder.store)
    #expect(try await store.deleteVolume(id: "sha256-0"))
    // Whoever waits does so for all of this time; who does not can be as slow as its machine.
    var fastest = Duration.seconds(StoreOpening.busySeconds)
    for n in 1..<10 {
      let start = ContinuousClock.now
      #expect(try await store.deleteVolume(id: "sha256-\(n)"))
      fastest = min(fastest, ContinuousClock.now - start)
    }
    #expect(fastest < .seconds(StoreOpening.busySeconds))
    try await Self.end(reading)
    store.close()
  }

  @Test(.timeLimit(.minutes(30)))
  func aStoreMayBeClosedWhileItsCheckEndsAndLeftWithoutBeingClosed() async throws {
    let folder = try TemporaryFolder()
    for number in 0..<100 {
      var store: Store?
      // One that was left closes its connections, and gives the lock back, a little later.
      while store == nil { store = try? Store(path: folder.store) }
      store?.startChecking()
      if number.isMultiple(of: 2) { try await store?.add(number) } else { store?.close() }
    }
  }
}
