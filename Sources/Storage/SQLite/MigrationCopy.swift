import CheckedNumbers
import Files
import GRDB
import Glibc

/// A copy of a store's file from before a migration, next to the file. The copy `brgsa.sqlite.schema-4` has schema
/// version 4.
///
/// The program version that wrote the file can open the copy. Deletions in the store do not affect the copy. Each start
/// therefore reports it, and retention removes it when all its data has expired.
enum MigrationCopy {
  /// Copies a file. Replaces an earlier copy of the same version.
  ///
  /// - Throws: ``StoreError/copyNeedsSpace(bytes:)`` if the disk has too little space. The file is then unchanged.
  static func make(
    of path: String, version: Int, _ measure: (String) -> (free: Int, size: Int)?
  ) throws {
    let copy = "\(path)\(suffix)\(version)"
    let partial = "\(copy).partial"
    let bytes = FileSystem.byteCount(of: path) + FileSystem.byteCount(of: "\(path)-wal")
    let folder = FileSystem.folder(of: path)
    if let free = measure(folder)?.free, free < bytes {
      throw StoreError.copyNeedsSpace(bytes: bytes)
    }
    do {
      try StoreFile.remove(partial)
      try FileSystem.create(partial)
      let status = try FileStatus(of: path, followsLink: false)
      guard chmod(partial, status.permissions) == 0 else { throw StoreError.file(errno: errno) }
      let source = try StoreOpening.readOnly(path)
      defer { try? source.close() }
      let target = try DatabaseQueue(path: partial)
      defer { try? target.close() }
      try source.backup(to: target)
      // The header of the copy says that it has a write-ahead log. This setting makes the copy a single file.
      try target.writeWithoutTransaction { try $0.run("PRAGMA journal_mode = DELETE") }
      try target.close()
      try FileSystem.synchronize(partial)
      try FileSystem.move(partial, to: copy)
      try FileSystem.synchronize(folder)
    } catch {
      try? StoreFile.remove(partial)
      let error = StoreError(error)
      throw error == .full || error == .file(errno: ENOSPC)
        ? StoreError.copyNeedsSpace(bytes: bytes) : error
    }
  }

  /// Returns the copies next to a store's file, with their modification times in seconds since 1970. The oldest version
  /// comes first.
  static func all(of path: String) -> [(path: String, modified: Int)] {
    let folder = FileSystem.folder(of: path)
    let start = FileSystem.name(of: path) + suffix
    let versions = ((try? FileSystem.names(in: folder)) ?? []).compactMap { name in
      name.hasPrefix(start) ? Int(digits: String(name.dropFirst(start.count))) : nil
    }
    return versions.sorted().compactMap { version in
      let copy = "\(path)\(suffix)\(version)"
      guard let status = try? FileStatus(of: copy, followsLink: false), status.isRegular else {
        return nil
      }
      return (copy, status.modified / 1_000_000_000)
    }
  }

  private static let suffix = ".schema-"
}
