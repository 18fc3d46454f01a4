import Archives
import Testing

@testable import Storage

/// Prompt sets and calibrations that one process stores and another one uses.
@Suite struct FreshSettingsTests {
  @Test func aWriteAtOneIsReadAtTheOther() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let other = try database.replica()
    var stale = 0
    for number in 0..<200 {
      let (writer, reader) = number.isMultiple(of: 3) ? (other, one) : (one, other)
      let document = [UInt8(number)]
      if number % 10 == 9 {
        #expect(try await writer.archive.deleteCalibration("ward", at: number))
        #expect(try await writer.archive.deletePromptSet("set"))
      } else {
        _ = try await writer.archive.putCalibration(
          "ward", document: document, at: number, limit: 2)
        _ = try await writer.archive.putPromptSet("set", document: document, at: number)
      }
      let expected = number % 10 == 9 ? nil : document
      // The writer itself needs no further wait.
      if writer.archive.calibration("ward")?.document != expected { stale += 1 }
      if writer.archive.promptSet("set")?.document != expected { stale += 1 }
      await reader.catchUp()
      if reader.archive.calibration("ward")?.document != expected { stale += 1 }
      if reader.archive.promptSet("set")?.document != expected { stale += 1 }
    }
    #expect(stale == 0)
    one.close()
    other.close()
  }

  @Test func aModelSeesItsOwnCalibrationsOnly() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let store = try database.store()
    let space = EmbeddingSpace(modelSHA256: "model-b", recipe: "recipe/1", components: 64)
    let other = Replica(store: store, archive: try Archive(store: store, space: space))
    #expect(
      try await one.archive.putCalibration("ward", document: [1], at: 1, limit: 1) == .added)
    #expect(
      try await other.archive.putCalibration("ward", document: [2], at: 1, limit: 1) == .added)
    await one.catchUp()
    #expect(one.archive.siteCalibrations.map(\.document) == [[1]])
    #expect(other.archive.siteCalibrations.map(\.document) == [[2]])
    one.close()
    other.close()
  }

  @Test func severalStartTogetherAndOneImports() async throws {
    let database = try SharedDatabase()
    let replicas = try (0..<4).map { _ in try database.replica() }
    let files = (0..<20).map { (name: "c\($0)", document: [UInt8($0)]) }
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for replica in replicas {
        group.addTask {
          try await replica.archive.importCalibrations(files, at: 1, limit: 64)
            .count { $0 == .added }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts.sorted() == [0, 0, 0, 20])
    for replica in replicas {
      await replica.catchUp()
      #expect(replica.archive.siteCalibrations.count == 20)
      replica.close()
    }
  }

  @Test func theLastKnownOnesStayInUseIfTheDatabaseIsSilent() async throws {
    let database = try SharedDatabase()
    let replica = try database.replica()
    _ = try await replica.archive.putCalibration("ward", document: [1], at: 1, limit: 1)
    await replica.catchUp()
    let blocker = try database.connection()
    try blocker.begin(.readCommitted)
    try blocker.run("LOCK TABLE change IN ACCESS EXCLUSIVE MODE")
    #expect(await replica.archive.refresh() != nil)
    #expect(replica.archive.calibration("ward")?.document == [1])
    try blocker.rollback()
    replica.close()
  }

  @Test func aFollowerHearsOfDeletedVolumes() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let other = try database.replica()
    for number in 0..<3 { try await one.store.add(number) }
    #expect(await other.foundIDs().count == 3)
    let calls = Signals()
    other.archive.onErasure { calls.raise() }
    #expect(try await one.archive.set(VolumeMetadata(), ofVolume: "sha256-1"))
    await other.catchUp()
    #expect(calls.count == 0)
    #expect(try await one.archive.deleteVolume("sha256-1"))
    await other.catchUp()
    #expect(calls.count == 1)
    #expect(!other.archive.isKept("sha256-1"))
    #expect(try await one.archive.deleteAll(createdBefore: 2_000) == 2)
    await other.catchUp()
    #expect(calls.count == 2)
    one.close()
    other.close()
  }
}
