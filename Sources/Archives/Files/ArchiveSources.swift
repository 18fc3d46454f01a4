internal import Formats
internal import Glibc
internal import Hashing
internal import Storage
internal import StrictJSON

/// The files of volumes in an exported archive: one file in the folder `sources` for each volume whose file is stored.
/// The file's name is the volume's id with the suffix `.nii` or `.nii.gz`.
struct ArchiveSources {
  /// What the line of a volume says about its file.
  struct Entry {
    let byteCount: Int
    let sha256: [UInt8]

    var json: JSON {
      ["bytes": .integer(byteCount), "sha256": .string(hexadecimal(sha256))]
    }

    init(byteCount: Int, sha256: [UInt8]) { (self.byteCount, self.sha256) = (byteCount, sha256) }

    /// Reads an entry; nil if it is malformed.
    init?(_ json: JSON) {
      guard let byteCount = json["bytes"]?.integer(in: 1...JSONNumber.exactIntegers.upperBound),
        let sha256 = json["sha256"]?.text.flatMap({ Array(hexadecimal: $0) }), sha256.count == 32
      else { return nil }
      self.init(byteCount: byteCount, sha256: sha256)
    }
  }

  private let folder: String

  init(of archive: String) { folder = "\(archive)/\(ArchiveFiles.sources)" }

  /// The names that the file of a volume can have, relative to the archive.
  private static func names(_ id: String) -> (compressed: String, plain: String) {
    ("\(id).nii.gz", "\(id).nii")
  }

  /// Exports the file of a volume.
  ///
  /// - Returns: What the volume's line says about the file; nil if no file is stored.
  func write(ofVolume id: String, from store: Store) async throws(ArchiveFileError) -> Entry? {
    let stored: StoredSource?
    do throws(StoreError) { stored = try await store.source(ofVolume: id) } catch {
      throw .store(error)
    }
    guard let stored else { return nil }
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw .file(name: ArchiveFiles.sources, errno: errno)
    }
    var file: ArchiveFile?
    var (end, hash) = (0, SHA256())
    let isWhole: Bool
    do {
      isWhole = try await store.readSource(ofVolume: id) { piece in
        let names = Self.names(id)
        let name = piece.starts(with: [0x1f, 0x8b]) ? names.compressed : names.plain
        let target = try file ?? ArchiveFile(folder: folder, name: name, isNew: true)
        file = target
        try target.write(piece, at: end)
        end += piece.count
        hash.update(data: piece)
      }
    } catch let error as ArchiveFileError {
      throw error
    } catch {
      throw .store(error as? StoreError ?? .failed(code: 0))
    }
    guard isWhole, end == stored.byteCount else {
      throw .malformed(
        name: ArchiveFiles.sources, line: nil,
        reason: "lacks a file: the store changed during the export")
    }
    try file?.synchronize()
    return Entry(byteCount: end, sha256: Array(hash.finalize()))
  }

  /// Imports the file of a stored volume, unless one is stored already.
  func read(
    _ entry: Entry, ofVolume id: String, into store: Store
  ) async throws(ArchiveFileError) {
    do throws(StoreError) {
      guard try await store.source(ofVolume: id) == nil else { return }
    } catch {
      throw .store(error)
    }
    let file = try open(id)
    try check(file, entry)
    do {
      var place = 0
      _ = try await store.addSource(ofVolume: id) {
        let piece = try file.bytes(at: place, count: Store.sourcePieceBytes)
        place += piece.count
        return piece.isEmpty ? nil : piece
      }
    } catch let error as ArchiveFileError {
      throw error
    } catch {
      throw .store(error as? StoreError ?? .failed(code: 0))
    }
  }

  private func open(_ id: String) throws(ArchiveFileError) -> ArchiveFile {
    let names = Self.names(id)
    do throws(ArchiveFileError) {
      return try ArchiveFile(folder: folder, name: names.compressed, isNew: false)
    } catch .file(name: _, errno: ENOENT) {
      return try ArchiveFile(folder: folder, name: names.plain, isNew: false)
    }
  }

  /// Compares a file with its entry before anything of it is stored.
  private func check(_ file: ArchiveFile, _ entry: Entry) throws(ArchiveFileError) {
    var (end, hash) = (0, SHA256())
    while true {
      let piece = try file.bytes(at: end, count: Store.sourcePieceBytes)
      if piece.isEmpty { break }
      hash.update(data: piece)
      end += piece.count
    }
    guard end == entry.byteCount, Array(hash.finalize()) == entry.sha256 else {
      throw .malformed(
        name: "\(ArchiveFiles.sources)/\(file.name)", line: nil,
        reason: "is not the file that \(ArchiveFiles.volumes) describes")
    }
  }
}
