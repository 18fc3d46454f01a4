import CMicrohttpd
import Files
import Glibc
import Hashing

/// Uploads that remain on the disk when the process ends. They are named files in the store's part of the spool.
public struct StoredUploads: Sendable {
  /// Prefix of the file name of every stored upload. Files without the prefix are never removed, because they may
  /// belong to other programs.
  private static let prefix = "kept-"

  /// Uploads of another store are removed after this many seconds if its service is not running and the store no
  /// longer exists.
  public static let abandonedSeconds = 30 * 24 * 3600

  private let part: SpoolPart

  /// Manages the uploads of one store. Only the user of this process may have access to `directory`.
  ///
  /// - Parameter store: Path of the store's existing file; nil for a store in memory.
  public init(directory: String, store: String? = nil) {
    part = SpoolPart(spool: directory, store: store)
  }

  /// Stores an upload under a name. On return, the file and its name are on the disk.
  ///
  /// - Parameter name: An unused name of letters, digits and underscores.
  /// - Throws: ``HTTPError/storageFull`` or ``HTTPError/internalFailure``.
  public func keep(_ upload: UploadedFile, as name: String) async throws(HTTPError) {
    let outcome = await DiskThread.run { [part] in
      Result { () throws(SpoolError) in
        let folder = try part.enter()
        defer { part.leave() }
        try Self.store(upload, as: name, in: folder)
      }
    }
    do throws(SpoolError) {
      try outcome.get()
    } catch {
      remove(name)
      throw error.httpError
    }
  }

  /// Opens a stored upload, which an earlier process may have stored.
  ///
  /// - Returns: The upload; nil if the file no longer exists or its bytes have changed.
  public func upload(
    _ name: String, byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int] = []
  ) async -> UploadedFile? {
    guard let folder = part.folder else { return nil }
    return await Self.upload(
      at: Self.path(of: name, in: folder), byteCount: byteCount, sha256: sha256,
      contentType: contentType, parts: parts)
  }

  /// Removes the name of a stored upload. The system deletes the file when its last reader closes it.
  public func remove(_ name: String) {
    guard let folder = part.folder else { return }
    unlink(Self.path(of: name, in: folder))
    part.removeIfEmpty()
  }

  /// Removes all uploads of this store except `needed`. A process that was killed may have left them. Needed files
  /// are found by name in the whole spool: earlier versions stored them elsewhere, and a store that was moved has a
  /// different part.
  ///
  /// Uploads of another store are removed when its service is not running, the store no longer exists, and
  /// ``abandonedSeconds`` have passed. Uploads of a store in memory are removed as soon as its process has ended.
  public func removeAll(but needed: Set<String>) {
    if !needed.isEmpty || part.mayHaveFiles { adopt(needed) }
    removeAbandonedParts()
    for name in SpoolPart.names(in: part.spool) where name.hasPrefix(Self.prefix) {
      let path = "\(part.spool)/\(name)"
      if let age = SpoolPart.age(of: path), age > Self.abandonedSeconds { unlink(path) }
    }
  }

  private func adopt(_ needed: Set<String>) {
    guard let folder = try? part.enter() else { return }
    for name in needed where access(Self.path(of: name, in: folder), F_OK) != 0 {
      take(name, into: folder)
    }
    for name in SpoolPart.names(in: folder) {
      if let upload = Self.name(ofFile: name), !needed.contains(upload) {
        unlink("\(folder)/\(name)")
      }
    }
    try? FileSystem.synchronize(folder)
    part.leave()
    part.removeIfEmpty()
  }

  /// Moves a file of this store from elsewhere in the spool into this store's part. File names contain random job
  /// ids, so the name alone proves that the file belongs to this store. If the other part is locked, its service may
  /// use a copy of the store. The file then also stays in the other part.
  private func take(_ name: String, into folder: String) {
    let target = Self.path(of: name, in: folder)
    let old = Self.path(of: name, in: part.spool)
    if link(old, target) == 0 {
      unlink(old)
      return
    }
    for other in part.others() {
      let path = Self.path(of: name, in: other)
      guard link(path, target) == 0 else { continue }
      if let lock = try? SpoolPart.lock(other) { withExtendedLifetime(lock) { _ = unlink(path) } }
      return
    }
  }

  private func removeAbandonedParts() {
    for folder in part.others() {
      // A service that is running holds the lock.
      guard let lock = try? SpoolPart.lock(folder) else { continue }
      defer { withExtendedLifetime(lock) {} }
      let names = SpoolPart.names(in: folder)
      let store = SpoolPart.isStoreGone(of: folder)
      let ages = ([folder] + names.map { "\(folder)/\($0)" }).compactMap(SpoolPart.age(of:))
      let isOld = (ages.min() ?? 0) > Self.abandonedSeconds
      let isEmpty = !names.contains { $0.hasPrefix(Self.prefix) }
      guard isEmpty || store.wasInMemory || (store.isGone && isOld) else { continue }
      for name in names where name.hasPrefix(Self.prefix) || name == SpoolPart.storeFile {
        unlink("\(folder)/\(name)")
      }
      rmdir(folder)
    }
  }

  /// The path of an upload's file in a folder.
  static func path(of name: String, in folder: String) -> String {
    "\(folder)/\(prefix)\(name)"
  }

  /// Gives an upload its file in a folder. On return, the file and its name are on the disk.
  static func store(
    _ upload: UploadedFile, as name: String, in folder: String
  ) throws(SpoolError) {
    try upload.file.link(as: path(of: name, in: folder))
    try SpoolError.from(try FileSystem.synchronize(folder))
  }

  /// The name of the upload that a file contains; nil if the file belongs to another program.
  static func name(ofFile file: String) -> String? {
    file.hasPrefix(prefix) ? String(file.dropFirst(prefix.count)) : nil
  }

  /// Opens the file of an upload; nil if it is gone or has other bytes.
  static func upload(
    at path: String, byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int]
  ) async -> UploadedFile? {
    await DiskThread.run {
      guard let file = try? SpoolFile(reopening: path), file.byteCount == byteCount,
        let digest = try? FileHash(file).digest(ofAll: byteCount), digest == sha256
      else { return nil }
      return UploadedFile(
        file: file, byteCount: byteCount, sha256: sha256, contentType: contentType
      ).divided(into: parts)
    }
  }
}
