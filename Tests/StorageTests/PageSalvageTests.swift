import GRDB
import Synchronization
import Testing

@testable import Storage

/// Rows are found on their own pages, whatever happened to the pages that lead to them.
@Suite(.timeLimit(.minutes(30))) struct PageSalvageTests {
  private static let count = 400
  private static let diagnoses = 40

  /// All tables, each large enough to have a page above its leaves; diagnoses continue on overflow pages.
  private static func filled() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.addVolumes((0..<count).map { Sample.entry($0) }, space: Sample.space)
    for n in 0..<diagnoses {
      _ = try await store.addDiagnosis(
        DiagnosisRecord(
          id: "d\(n)", createdAt: n, volumeID: "sha256-\(n)", document: document(n)))
      try await store.addReport(Sample.report(n))
    }
    for n in 0..<100 { _ = try await store.putPromptSet("p\(n)", document: wide(n), createdAt: n) }
    for n in 0..<60 {
      _ = try await store.putCalibration(
        CalibrationRecord(name: "c\(n)", model: "m", createdAt: n, document: wide(n)), limit: 60)
      _ = try await store.addJob(
        JobRecord(
          id: "job-\(n)", createdAt: n, endedAt: n.isMultiple(of: 2) ? n : nil,
          repetitionKey: n.isMultiple(of: 3) ? [UInt8(n)] : nil, document: wide(n)))
    }
    try await store.addTextEmbeddings(
      (0..<100).map { (key: [UInt8($0)], values: Sample.embedding($0).values) },
      space: Sample.space)
    store.close()
    return folder
  }

  private static func document(_ n: Int) -> [UInt8] {
    (0..<30_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ n) }
  }

  private static func wide(_ n: Int) -> [UInt8] { [UInt8](repeating: UInt8(n), count: 400) }

  /// What is whole in a store; anything wrong is an issue.
  private struct Left {
    var volumes = 0
    var searched = 0
    var bare = 0
    var reports = 0
    var diagnoses = 0
    var promptSets = 0
    var calibrations = 0
    var jobs: [String] = []
    var texts = 0
  }

  private static func left(_ what: String, _ bytes: [UInt8], log: [UInt8]? = nil) async throws
    -> Left
  {
    let copy = try TemporaryFolder()
    try copy.write(bytes, to: "store.db")
    if let log { try copy.write(log, to: "store.db-wal") }
    let store = try Store(path: copy.store)
    let state = await store.checked()
    #expect(state != .failed, "\(what)")
    var left = Left()
    for record in try await store.volumes(limit: 1000) {
      #expect(record == Sample.volume(record.byteCount - 1), "\(what)")
      left.volumes += 1
    }
    try store.forEachSearchRow(space: Sample.space) { id, _, row in
      #expect(Array(row) == Sample.embedding(Int(id.dropFirst(7)) ?? -1).searchRow, "\(what)")
      left.searched += 1
    }
    left.bare = try await store.bareEmbeddings(space: Sample.space, limit: 1000).count
    for report in try await store.reports(limit: 1000) {
      #expect(report == Sample.report(Int(report.id.dropFirst(7)) ?? -1), "\(what)")
      left.reports += 1
    }
    for n in 0..<diagnoses {
      guard let found = try await store.diagnosis(id: "d\(n)") else { continue }
      #expect(found.document == document(n), "\(what)")
      left.diagnoses += 1
    }
    left.promptSets = try store.promptSetsNow().count
    for found in try store.calibrationsNow(model: "m") {
      #expect(found.document == wide(found.createdAt) && found.name == "c\(found.createdAt)")
      left.calibrations += 1
    }
    left.jobs = try await store.unfinishedJobs().map(\.id)
    let keys = (0..<100).map { [UInt8($0)] }
    for (n, values) in try await store.textEmbeddings(keys: keys, space: Sample.space).enumerated()
    {
      guard let values else { continue }
      #expect(values == Sample.embedding(n).values, "\(what)")
      left.texts += 1
    }
    #expect(try store.check().isEmpty, "\(what)")
    store.close()
    let again = try Store(path: copy.store)
    #expect(await again.checked() == .ok, "\(what)")
    again.close()
    return left
  }

  private static func expectAll(_ left: Left, _ what: String) {
    #expect(left.volumes == count && left.searched == count && left.bare == 0, "\(what)")
    #expect(left.reports == diagnoses && left.diagnoses == diagnoses, "\(what)")
    #expect(left.promptSets == 100 && left.texts == 100 && left.calibrations == 60, "\(what)")
    #expect(
      left.jobs == (0..<60).filter { !$0.isMultiple(of: 2) }.map { "job-\($0)" }, "\(what)")
  }

  @Test func aDamagedRootOrInnerPageCostsNothing() async throws {
    let pages = try StorePages(await Self.filled())
    var random = SplitMix(seed: 11)
    var isLeaf: [String] = []
    for (name, root) in pages.roots.sorted(by: { $0.value < $1.value }) where root > 0 {
      let inner = try pages.pages(of: name).inner
      if inner.isEmpty { isLeaf.append(name) }
      for page in inner {
        var noise = pages
        noise.overwrite(page, with: &random)
        Self.expectAll(try await Self.left("\(name) of noise", noise.bytes), name)
        var type = pages
        type.flip(page, at: 0, by: 1 << UInt8(random.next() % 8))
        Self.expectAll(try await Self.left("\(name) of a wrong type", type.bytes), name)
        var empty = pages
        empty.zero(page)
        Self.expectAll(try await Self.left("\(name) of zeros", empty.bytes), name)
      }
    }
    for table in ["volume", "embedding", "search_row", "text_embedding", "job", "prompt_set"] {
      #expect(
        !isLeaf.contains(table), "\(table) has no page above its leaves: the test says nothing")
    }
  }

  @Test func aLeafThatOnlyLostItsTypeGivesItsRowsBack() async throws {
    let pages = try StorePages(await Self.filled())
    for name in ["volume", "embedding", "search_row", "job", "space", "report", "calibration"] {
      for mask: UInt8 in [0x01, 0x08, 0x80] {
        var changed = pages
        changed.flip(try #require(try pages.pages(of: name).leaves.last), at: 0, by: mask)
        Self.expectAll(try await Self.left("\(name) \(mask)", changed.bytes), "\(name) \(mask)")
      }
    }
  }

  @Test func aLeafCostsItsRowsAndAnOverflowPageOneRow() async throws {
    let pages = try StorePages(await Self.filled())
    var random = SplitMix(seed: 12)
    for leaf in try pages.pages(of: "volume").leaves.prefix(3) {
      var changed = pages
      changed.overwrite(leaf, with: &random)
      let left = try await Self.left("volumes on \(leaf)", changed.bytes)
      #expect(left.volumes < Self.count && left.volumes > Self.count - 80)
      #expect(left.searched == left.volumes && left.diagnoses == Self.diagnoses)
    }
    let overflow = (2...pages.count).filter { pages.type($0) == 0 }
    #expect(overflow.count > 100)
    for _ in 0..<5 {
      var changed = pages
      changed.overwrite(overflow[Int(random.next() % UInt64(overflow.count))], with: &random)
      let left = try await Self.left("overflow", changed.bytes)
      #expect(left.diagnoses >= Self.diagnoses - 1 && left.volumes == Self.count)
    }
  }

  @Test func aLostSearchRowLeavesItsEmbeddingAndComesBackFromIt() async throws {
    let folder = try await Self.filled()
    var pages = try StorePages(folder)
    var random = SplitMix(seed: 13)
    for leaf in try pages.pages(of: "search_row").leaves { pages.overwrite(leaf, with: &random) }
    let left = try await Self.left("no search rows", pages.bytes)
    #expect(left.volumes == Self.count && left.searched == 0 && left.bare == Self.count)
    let copy = try TemporaryFolder()
    try copy.write(pages.bytes, to: "store.db")
    let store = try Store(path: copy.store)
    _ = await store.checked()
    let ids = Mutex<[String]>([])
    var last: Int?
    while true {
      let batch = try await store.bareEmbeddings(space: Sample.space, after: last, limit: 150)
      let rows = batch.map { bare in
        (number: bare.number, row: bare.values.map { $0 / 1000 })
      }
      try await store.addSearchRows(rows, space: Sample.space) { found in
        ids.withLock { $0 += found.map(\.id) }
      }
      guard batch.count == 150 else { break }
      last = batch.last?.number
    }
    #expect(ids.withLock { Set($0) } == Set((0..<Self.count).map { "sha256-\($0)" }))
    #expect(try store.searchedIDs().count == Self.count)
    #expect(try await store.bareEmbeddings(space: Sample.space, limit: 1).isEmpty)
    // A volume that comes again brings its own.
    let database = try store.sqlite.access().get()
    try await database.writeWithoutTransaction { try $0.run("DELETE FROM search_row") }
    try await store.add(7)
    #expect(try store.searchedIDs() == ["sha256-7"])
    store.close()
  }

  @Test func rowsWithGreatAndNegativeNumbersAreFoundAtOnce() async throws {
    for number in [1 << 40, Int.max, Int.min, -1] {
      let folder = try await Self.filled()
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      let queue = try DatabaseQueue(path: folder.store, configuration: configuration)
      try await queue.write { database in
        for table in ["volume", "report", "diagnosis", "prompt_set", "text_embedding"] {
          try database.run(
            "UPDATE \(table) SET number = ? WHERE number = (SELECT min(number) FROM \(table))",
            [.integer(number)])
        }
      }
      try queue.close()
      var pages = try StorePages(folder)
      pages.flip(try #require(pages.roots["volume_by_time"]), at: 5, by: 0x41)
      Self.expectAll(try await Self.left("number \(number)", pages.bytes), "number \(number)")
    }
  }

  @Test func theFirstPageAndTheListOfFreePagesCostNothing() async throws {
    let folder = try await Self.filled()
    let store = try Store(path: folder.store)
    for n in 0..<10 { _ = try await store.deleteVolume(id: "sha256-\(n)") }
    store.close()
    let pages = try StorePages(folder)
    let trunk = pages.bytes.bigEndian(at: 32, bytes: 4)
    #expect(trunk > 0)
    var random = SplitMix(seed: 14)
    var free = pages
    free.overwrite(trunk, with: &random)
    var schema = pages
    for offset in [300, 2000, 5000, 8000] { schema.flip(1, at: offset, by: 1) }
    var first = pages
    first.overwrite(1, with: &random)
    var header = pages
    for offset in 0..<100 { header.flip(1, at: offset, by: random.byte() | 1) }
    for (what, changed) in [
      ("free", free), ("schema", schema), ("first", first), ("header", header),
    ] {
      let left = try await Self.left(what, changed.bytes)
      // What was deleted stays deleted.
      #expect(left.volumes == Self.count - 10 && left.searched == Self.count - 10, "\(what)")
      #expect(left.diagnoses == Self.diagnoses - 10 && left.reports == Self.diagnoses, "\(what)")
    }
  }

  @Test func eitherOfTheSpacesTwoPagesIsEnough() async throws {
    let pages = try StorePages(await Self.filled())
    var random = SplitMix(seed: 15)
    for name in ["space", "sqlite_autoindex_space_1"] {
      var changed = pages
      changed.overwrite(try #require(pages.roots[name]), with: &random)
      Self.expectAll(try await Self.left(name, changed.bytes), name)
    }
    // A model's name with a flipped bit in one of the two.
    var changed = pages
    let root = try #require(pages.roots["space"])
    let start = (root - 1) * StorePages.size
    let name = Array("model-a".utf8)
    let place = try #require(
      (0..<StorePages.size - 7).first { offset in
        changed.bytes[start + offset..<start + offset + 7].elementsEqual(name)
      })
    changed.flip(root, at: place, by: 2)
    changed.flip(try #require(pages.roots["volume_by_time"]), at: 5, by: 0x41)
    Self.expectAll(try await Self.left("another model", changed.bytes), "another model")
  }

  @Test func aStoreOfNoRowsIsRebuiltEmpty() async throws {
    let folder = try TemporaryFolder()
    try Store(path: folder.store).close()
    let pages = try StorePages(folder)
    var random = SplitMix(seed: 16)
    for page in [1, 2, pages.count / 2, pages.count] {
      var changed = pages
      changed.overwrite(page, with: &random)
      let left = try await Self.left("page \(page)", changed.bytes)
      #expect(left.volumes == 0 && left.jobs.isEmpty, "page \(page)")
    }
  }

  @Test func whatOnlyTheLogHoldsIsFoundBesideADamagedPage() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(0)
    try await store.addVolumes((1..<50).map { Sample.entry($0) }, space: Sample.space)
    let killed = try folder.copyOfStore()
    store.close()
    for count in [16, 100, 8192] {
      var bytes = try killed.bytes("store.db")
      for index in 0..<count { bytes[index] = 0 }
      let copy = try TemporaryFolder()
      try copy.write(bytes, to: "store.db")
      var log = try killed.bytes("store.db-wal")
      // A frame that was not finished does not count.
      log += [UInt8](repeating: 7, count: 5000)
      try copy.write(log, to: "store.db-wal")
      let pages = try DamagedPages(path: copy.store, pageSize: StoreSchema.pageSize)
      let scan = try PageScan(pages) { false }
      #expect(scan.places[.volume]?.count == 50, "\(count)")
      let rebuilt = try RebuiltFile.rebuild(copy.store)
      let found = try await rebuilt.database.read { database in
        try database.firstRow("SELECT count(*) FROM volume") { $0.integer(0) }
      }
      #expect(found == 50, "\(count)")
      try rebuilt.database.close()
    }
  }

  /// A file from elsewhere may say anything with a right checksum.
  @Test func aLogThatSpeaksOfFourBillionPagesCostsNoTime() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(0)
    try await store.add(1)
    let killed = try folder.copyOfStore()
    store.close()
    var log = try killed.bytes("store.db-wal")
    let isBigEndian = log[3] & 1 == 1
    for start in stride(from: 32, to: log.count - 8191, by: 24 + StoreSchema.pageSize) {
      if log.bigEndian(at: start + 4, bytes: 4) > 0 {
        for index in 4..<8 { log[start + index] = 0xff }
      }
    }
    var sum = LogChecksum(isBigEndian: isBigEndian)
    sum.add(log[0..<24])
    for start in stride(from: 32, to: log.count - 8191, by: 24 + StoreSchema.pageSize) {
      guard log[start + 8..<start + 16].elementsEqual(log[16..<24]) else { break }
      sum.add(log[start..<start + 8])
      sum.add(log[start + 24..<start + 24 + StoreSchema.pageSize])
      for (offset, value) in [(16, sum.first), (20, sum.second)] {
        withUnsafeBytes(of: value.bigEndian) { bytes in
          for index in 0..<4 { log[start + offset + index] = bytes[index] }
        }
      }
    }
    try killed.write(log, to: "store.db-wal")
    let pages = try DamagedPages(path: killed.store, pageSize: StoreSchema.pageSize)
    #expect(pages.count < 1000)
    #expect(try PageScan(pages) { false }.places[.volume]?.count == 2)
  }

  @Test func whatAClientSentIsNeverTakenForAPage() async throws {
    let folder = try await Self.filled()
    let pages = try StorePages(folder)
    let leaf = try #require(try pages.pages(of: "volume").leaves.first)
    let forged = Array(pages.bytes[(leaf - 1) * StorePages.size..<leaf * StorePages.size])
    let copy = try TemporaryFolder()
    let store = try Store(path: copy.store)
    try await store.add(1000)
    // At every offset that an overflow page's content may begin with.
    for shift in 0..<8 {
      let document = [UInt8](repeating: 1, count: 997 + shift) + forged + forged + forged
      _ = try await store.addDiagnosis(
        DiagnosisRecord(
          id: "d\(shift)", createdAt: 1, volumeID: "sha256-1000", document: document))
    }
    store.close()
    var bytes = try copy.bytes("store.db")
    for index in 0..<100 { bytes[index] = 0 }
    let damaged = try TemporaryFolder()
    try damaged.write(bytes, to: "store.db")
    let again = try Store(path: damaged.store)
    #expect(try again.searchedIDs() == ["sha256-1000"])
    #expect(try await again.volumes(limit: 100).count == 1)
    again.close()
  }

  @Test func aRebuildingThatIsGivenUpLeavesTheFileAsItWas() async throws {
    let folder = try await Self.filled()
    var pages = try StorePages(folder)
    pages.zero(1)
    let copy = try TemporaryFolder()
    try copy.write(pages.bytes, to: "store.db")
    for limit in [0, 1, 5] {
      let asked = Mutex(0)
      #expect(throws: StoreError.closed) {
        try RebuiltFile.rebuild(copy.store) {
          asked.withLock { count in
            count += 1
            return count > limit
          }
        }
      }
      #expect(try copy.bytes("store.db") == pages.bytes)
    }
    let store = try Store(path: copy.store)
    #expect(try store.countVolumesNow() == Self.count)
    store.close()
  }
}
