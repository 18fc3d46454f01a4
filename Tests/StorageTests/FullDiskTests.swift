import Glibc
import Storage
import Testing

/// A small disk of its own, where this process may mount one.
final class SmallDisk: Sendable {
  let path: String

  /// - Returns: nil where nothing can be mounted.
  init?(megabytes: Int) {
    var template = Array("/tmp/brgsa-disk-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { return nil }
    path = String(cString: made)
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
      rmdir(path)
      return nil
    }
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }

  /// Whether this process may mount.
  static let isPossible = SmallDisk(megabytes: 1) != nil

  /// Takes all the room that is left, but for `spare` bytes.
  func fill(but spare: Int, named name: String = "ballast") {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CLOEXEC | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let block = [UInt8](repeating: 1, count: 4096)
    var size = 0
    while write(descriptor, block, block.count) == block.count { size += block.count }
    ftruncate(descriptor, max(size - spare, 0))
  }

  func free() { unlink("\(path)/ballast") }

  func remount(readOnly: Bool) -> Bool {
    let flags = UInt(MS_REMOUNT) | (readOnly ? UInt(MS_RDONLY) : 0)
    return mount("tmpfs", path, "tmpfs", flags, nil) == 0
  }
}

@Suite(.enabled(if: SmallDisk.isPossible, "needs the right to mount"))
struct FullDiskTests {
  @Test func aFullDiskRefusesWritesLosesNothingAndRecovers() async throws {
    let disk = try #require(SmallDisk(megabytes: 8))
    let store = try Store(path: "\(disk.path)/store.db")
    try await store.add(0)
    for spare in [0, 4096, 20_000, 300_000] {
      disk.fill(but: spare)
      var acknowledged: [String] = []
      var n = spare * 10 + 1
      var refusal: StoreError?
      while refusal == nil {
        do {
          try await store.add(n)
          acknowledged.append("sha256-\(n)")
          n += 1
        } catch let error as StoreError { refusal = error }
      }
      #expect(refusal == .full, "\(spare)")
      for id in acknowledged + ["sha256-0"] {
        let found = try await store.volume(id: id, space: Sample.space)
        #expect(found?.embedding != nil, "\(spare)")
      }
      #expect(try store.check().isEmpty)
      disk.free()
      try await store.add(n)
      #expect(try await store.volume(id: "sha256-\(n)", space: Sample.space) != nil)
      for id in acknowledged { _ = try await store.deleteVolume(id: id) }
    }
    #expect(await store.checked() == .ok)
    store.close()
  }

  @Test func aStoreOnAFullDiskOpensOrSaysSoAndOpensLater() async throws {
    let disk = try #require(SmallDisk(megabytes: 2))
    let path = "\(disk.path)/store.db"
    let store = try Store(path: path)
    try await store.add(1)
    store.close()
    disk.fill(but: 0)
    do {
      let full = try Store(path: path)
      full.close()
    } catch { #expect(error == .full) }
    disk.free()
    let again = try Store(path: path)
    #expect(try again.countVolumesNow() == 1)
    again.close()
  }

  @Test func deletionsAndRetentionWorkOnAFullDisk() async throws {
    for spare in [0, 4096, 100_000] {
      let disk = try #require(SmallDisk(megabytes: 16))
      let path = "\(disk.path)/store.db"
      var limits = StoreLimits()
      limits.reserveBytes = 64 << 20
      let store = try Store(path: path, limits: limits)
      #expect(store.reserveBytes == 1 << 20)
      for n in 0..<40 { try await store.add(n) }
      var document = [UInt8](repeating: 1, count: 200_000)
      var stored = 0
      do throws(StoreError) {
        while true {
          document[0] &+= 1
          let record = DiagnosisRecord(
            id: "d\(stored)", createdAt: 5000, volumeID: "sha256-\(stored % 4)",
            document: document)
          guard try await store.addDiagnosis(record) else { break }
          stored += 1
        }
      } catch { #expect(error == .lowSpace, "\(spare)") }
      #expect(stored > 20 && store.room == .low, "\(spare)")
      disk.fill(but: spare)
      #expect(store.room != .ample, "\(spare)")
      var n = 100
      await #expect(throws: StoreError.full) {
        while true {
          try await store.add(n)
          n += 1
        }
      }
      #expect(store.room == .full, "\(spare)")
      #expect(try await store.deleteVolume(id: "sha256-1"), "\(spare)")
      // Again, because the first one may have used up what the log held back.
      #expect(try await store.deleteVolume(id: "sha256-2"), "\(spare)")
      store.close()
      // After a restart, too; the disk is as full as before.
      disk.fill(but: 0, named: "more")
      let again = try Store(path: path, limits: limits)
      #expect(try await again.deleteVolume(id: "sha256-3"), "\(spare)")
      let gone = try await again.deleteAll(createdBefore: 2000)
      #expect(gone.count >= 37, "\(spare)")
      #expect(try again.countVolumesNow() == 0, "\(spare)")
      #expect(await again.checked() == .ok, "\(spare)")
      again.close()
    }
  }

  @Test func aDiskThatIsOnlyReadIsRefused() async throws {
    let disk = try #require(SmallDisk(megabytes: 4))
    let path = "\(disk.path)/store.db"
    let store = try Store(path: path)
    try await store.add(1)
    store.close()
    guard disk.remount(readOnly: true) else { return }
    #expect(throws: StoreError.readOnly) { try Store(path: path) }
  }
}
