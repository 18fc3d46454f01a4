import Glibc
import Storage
import Testing

/// Checking, copying and compacting while the store is in use.
@Suite struct MaintenanceTests {
  @Test(arguments: [Place.file, .memory])
  func aBackupHoldsAllAndIsOneFile(_ place: Place) async throws {
    let folder = try TemporaryFolder()
    try await place.withStore { (store) async throws in
      try await store.addVolumes((0..<50).map { Sample.entry($0) }, space: Sample.space)
      let path = "\(folder.path)/copy.db"
      try store.backup(to: path)
      #expect(folder.names == ["copy.db"])
      #expect(throws: StoreError.file(errno: EEXIST)) { try store.backup(to: path) }
      #expect(throws: StoreError.file(errno: ENOENT)) { try store.backup(to: "/nowhere/copy.db") }
      try await store.add(50)
      let copy = try Store(path: path)
      #expect(await copy.checked() == .ok)
      #expect(try copy.countVolumesNow() == 50)
      copy.close()
    }
  }

  @Test func anOpenStoreIsCheckedAndCopiedFromOutside() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(1)
    #expect(try Store.check(path: folder.store).isEmpty)
    try Store.backup(path: folder.store, to: "\(folder.path)/copy.db")
    try await store.add(2)
    store.close()
    let copy = try Store(path: "\(folder.path)/copy.db")
    #expect(try copy.countVolumesNow() == 1)
    copy.close()
    #expect(throws: StoreError.file(errno: ENOENT)) {
      try Store.check(path: "\(folder.path)/none.db")
    }
  }

  @Test(arguments: Place.allCases)
  func compactingKeepsAll(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.addVolumes((0..<50).map { Sample.entry($0) }, space: Sample.space)
      for n in 0..<25 { _ = try await store.deleteVolume(id: "sha256-\(n)") }
      try store.vacuum()
      #expect(try store.searchedIDs() == (25..<50).map { "sha256-\($0)" })
      #expect(try store.check().isEmpty)
      try await store.add(1)
    }
  }

  @Test(arguments: Place.allCases)
  func aNewStoreIsSoundAfterItWasChecked(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      #expect(store.state == .checking)
      let state = await store.checked()
      #expect(state == .ok)
      #expect(store.state == .ok)
    }
  }

  @Test func closingStopsACheck() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.addVolumes((0..<500).map { Sample.entry($0) }, space: Sample.space)
    store.startChecking()
    store.close()
    let again = try Store(path: folder.store)
    #expect(try again.countVolumesNow() == 500)
    again.close()
  }

  @Test(arguments: Place.allCases)
  func aStoreMayBeClosedWhileItsCheckBegins(_ place: Place) async throws {
    for _ in 0..<100 {
      try await place.withStore { (store) async throws in
        store.startChecking()
        store.close()
        await #expect(throws: StoreError.closed) { try await store.add(1) }
      }
    }
  }
}
