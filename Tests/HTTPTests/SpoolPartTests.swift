import Glibc
import Hashing
import Testing

@testable import HTTP

/// A spool that services of several stores share.
@Suite struct SpoolPartTests {
  /// A spool, and files that stand for stores.
  private final class Place {
    let folder: String
    let spool: String

    init() throws {
      folder = try TestServer.makeSpool()
      spool = "\(folder)/spool"
      mkdir(spool, 0o700)
    }

    func store(_ name: String) -> String {
      let path = "\(folder)/\(name)"
      close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
      return path
    }

    func kept(_ store: String?) -> StoredUploads { StoredUploads(directory: spool, store: store) }

    /// All files of uploads, wherever they are.
    var files: [String] {
      let names = SpoolPart.names(in: spool)
      let inner = names.flatMap { name in
        SpoolPart.names(in: "\(spool)/\(name)").map { "\(name)/\($0)" }
      }
      return (names + inner).filter { $0.contains("kept-") }.sorted()
    }

    var isEmpty: Bool { SpoolPart.names(in: spool).isEmpty }

    /// Waits until no part is locked. The thread that stored an upload may hold its part for a moment after `keep`
    /// has returned.
    func untilServicesEnded() async throws {
      let parts = SpoolPart.names(in: spool).filter { $0.hasPrefix(SpoolPart.prefix) }
      for part in parts {
        while try SpoolPart.lock("\(spool)/\(part)") == nil {
          try await Task.sleep(for: .milliseconds(1))
        }
      }
    }

    /// Makes everything look as if nobody had touched it for so many days.
    func age(byDays days: Int) {
      let past = time(nil) - days * 24 * 3600
      let times = [timeval(tv_sec: past, tv_usec: 0), timeval(tv_sec: past, tv_usec: 0)]
      for name in SpoolPart.names(in: spool) {
        for inner in SpoolPart.names(in: "\(spool)/\(name)") {
          utimes("\(spool)/\(name)/\(inner)", times)
        }
        utimes("\(spool)/\(name)", times)
      }
    }
  }

  private static func upload(_ bytes: [UInt8], in place: Place) throws -> UploadedFile {
    let file = try SpoolFile(directory: place.spool, reserving: 0)
    try bytes.withUnsafeBytes { bytes in try file.append(bytes) }
    try file.seal()
    return UploadedFile(
      file: file, byteCount: bytes.count, sha256: Array(SHA256.hash(data: bytes)),
      contentType: nil)
  }

  private static func holds(_ kept: StoredUploads, _ name: String, _ upload: UploadedFile) async
    -> Bool
  {
    await kept.upload(
      name, byteCount: upload.byteCount, sha256: upload.sha256, contentType: nil) != nil
  }

  @Test func aSecondStoreLeavesTheFirstOnesFilesAlone() async throws {
    let place = try Place()
    let upload = try Self.upload([1, 2, 3], in: place)
    let stores = ["a", "b", "c"].map { place.store($0) } + [nil]
    let services = stores.map { place.kept($0) }
    for (number, service) in services.enumerated() {
      try await service.keep(upload, as: "job_\(number)")
    }
    // Each starts again beside the others, and needs only its own.
    for (number, service) in services.enumerated() { service.removeAll(but: ["job_\(number)"]) }
    for (number, service) in services.enumerated() {
      #expect(await Self.holds(service, "job_\(number)", upload))
      #expect(await !Self.holds(service, "job_\((number + 1) % 4)", upload))
      service.remove("job_\(number)")
    }
    #expect(place.isEmpty)
  }

  @Test func aStoreFindsItsFilesAfterARestartAndDropsWhatItDoesNotNeed() async throws {
    let place = try Place()
    let store = place.store("a")
    let upload = try Self.upload([1], in: place)
    do {
      let killed = place.kept(store)
      try await killed.keep(upload, as: "job_1")
      try await killed.keep(upload, as: "job_2")
    }
    try await place.untilServicesEnded()
    // By another spelling of the same path.
    #expect(symlink(store, "\(place.folder)/link") == 0)
    let next = place.kept("\(place.folder)/link")
    next.removeAll(but: ["job_2"])
    #expect(await Self.holds(next, "job_2", upload))
    #expect(place.files.count == 1)
    next.removeAll(but: [])
    #expect(place.isEmpty)
  }

  @Test func filesOfAnEarlierVersionAreFoundAndOthersWaitForTheirStore() async throws {
    let place = try Place()
    let upload = try Self.upload([4, 5], in: place)
    for name in ["job_1", "job_2"] { try upload.file.link(as: "\(place.spool)/kept-\(name)") }
    let kept = place.kept(place.store("a"))
    kept.removeAll(but: ["job_1"])
    #expect(await Self.holds(kept, "job_1", upload))
    #expect(place.files.contains("kept-job_2") && !place.files.contains("kept-job_1"))
    place.age(byDays: 31)
    kept.removeAll(but: ["job_1"])
    #expect(!place.files.contains("kept-job_2"))
    #expect(await Self.holds(kept, "job_1", upload))
  }

  @Test func aStoreThatWasMovedTakesItsFilesAlong() async throws {
    let place = try Place()
    let (old, new) = (place.store("old"), "\(place.folder)/new")
    let upload = try Self.upload([6], in: place)
    do { try await place.kept(old).keep(upload, as: "job_1") }
    try await place.untilServicesEnded()
    #expect(rename(old, new) == 0)
    let kept = place.kept(new)
    kept.removeAll(but: ["job_1"])
    #expect(await Self.holds(kept, "job_1", upload))
    kept.remove("job_1")
    #expect(place.files.isEmpty)
  }

  @Test func twoServicesThatTakeThemselvesForTheSameStoreHaveAPartEach() async throws {
    let place = try Place()
    let store = place.store("a")
    let upload = try Self.upload([7], in: place)
    let (one, other) = (place.kept(store), place.kept(store))
    try await one.keep(upload, as: "job_1")
    try await other.keep(upload, as: "job_2")
    // The second one has the same job, as a copy of a store has: both have its file.
    other.removeAll(but: ["job_1"])
    #expect(await Self.holds(one, "job_1", upload))
    #expect(await Self.holds(other, "job_1", upload))
    one.remove("job_1")
    #expect(await Self.holds(other, "job_1", upload))
  }

  @Test(arguments: [(1, true, true), (31, true, true), (1, false, true), (31, false, false)])
  func filesOfAServiceThatDoesNotRunStayWhileItsStoreMayComeBack(
    _ days: Int, _ storeIsThere: Bool, _ stay: Bool
  ) async throws {
    let place = try Place()
    let store = place.store("gone")
    do { try await place.kept(store).keep(Self.upload([8], in: place), as: "job_1") }
    try await place.untilServicesEnded()
    if !storeIsThere { unlink(store) }
    place.age(byDays: days)
    place.kept(place.store("other")).removeAll(but: [])
    #expect(place.files.isEmpty != stay)
  }

  @Test func filesOfAStoreInMemoryGoWithItsProcess() async throws {
    let place = try Place()
    let upload = try Self.upload([9], in: place)
    do {
      let running = place.kept(nil)
      try await running.keep(upload, as: "job_1")
      place.age(byDays: 100)
      place.kept(place.store("a")).removeAll(but: [])
      #expect(await Self.holds(running, "job_1", upload))
    }
    try await place.untilServicesEnded()
    place.kept(place.store("a")).removeAll(but: [])
    #expect(place.isEmpty)
  }

  @Test func aSmallBodyThatWasInMemoryIsKept() async throws {
    let place = try Place()
    let bytes = [UInt8](repeating: 3, count: 200_000)
    let file = try SpoolFile(in: SpoolSpace(directory: place.spool), expecting: bytes.count)
    try bytes.withUnsafeBytes { try file.append($0) }
    try file.seal()
    #expect(file.isInMemory)
    let upload = UploadedFile(
      file: file, byteCount: bytes.count, sha256: Array(SHA256.hash(data: bytes)),
      contentType: nil)
    let kept = place.kept(place.store("a"))
    try await kept.keep(upload, as: "job_1")
    #expect(await Self.holds(kept, "job_1", upload))
  }
}
