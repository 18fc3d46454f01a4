import Glibc
import Storage
import StrictJSON

@testable import API
@testable import Archives
@testable import Inference

/// An exported archive: `volumes.jsonl`, a zero, then `embeddings.safetensors`; if that is empty, one that fits is added.
///
/// Laws: a refused archive adds nothing, as it is smaller than a batch; what is imported is as many volumes as were said, each
/// with a description that routes can show; importing again adds nothing; exporting and importing gives the same volumes.
struct FuzzedArchive {
  private let volumes: [UInt8]
  private let embeddings: [UInt8]

  init(_ bytes: [UInt8]) {
    volumes = Array(bytes.prefix { $0 != 0 })
    let rest = Array(bytes.dropFirst(volumes.count + 1))
    let lines = volumes.count { $0 == UInt8(ascii: "\n") }
    embeddings = rest.isEmpty ? Self.embeddings(rows: max(lines - 1, 0)) : rest
  }

  func check() async throws(BrokenLaw) {
    guard let folder = FuzzFolder() else { return }
    folder.write(volumes, as: ArchiveFiles.volumes)
    folder.write(embeddings, as: ArchiveFiles.embeddings)
    let archive = try Self.archive()
    let found: (all: Int, new: Int)
    do throws(ArchiveFileError) {
      found = try await archive.importArchive(from: folder.path)
    } catch {
      let kept = try await Self.list(archive)
      return try demand(kept.isEmpty, "a refused archive added \(kept.count) volumes")
    }
    let kept = try await Self.list(archive)
    try demand(kept.count == found.new && found.new <= found.all, "\(found), \(kept.count) kept")
    for volume in kept {
      try demand(volume.description != nil, "a volume without a description")
      let shown = VolumeBody.json(volume).bytes
      try demand((try? JSON(parsing: shown)) != nil, "a volume that cannot be shown")
    }
    let again: (all: Int, new: Int)
    do throws(ArchiveFileError) {
      again = try await archive.importArchive(from: folder.path)
    } catch {
      throw BrokenLaw(description: "refused the second time: \(error)")
    }
    try demand(again.new == 0, "the same archive is new again")
    try await checkExport(of: archive, kept, in: folder)
  }

  private func checkExport(
    of archive: Archive, _ kept: [StoredVolume], in folder: FuzzFolder
  ) async throws(BrokenLaw) {
    let copy = try Self.archive()
    do {
      _ = try await archive.export(to: "\(folder.path)/again")
      _ = try await copy.importArchive(from: "\(folder.path)/again")
    } catch {
      throw BrokenLaw(description: "what was imported is not exported and imported again: \(error)")
    }
    try demand(try await Self.list(copy) == kept, "exported and imported, other volumes")
  }

  private static func archive() throws(BrokenLaw) -> Archive {
    do {
      return try Archive(store: Store(path: ":memory:"), space: space)
    } catch {
      throw BrokenLaw(description: "no store: \(error)")
    }
  }

  private static func list(_ archive: Archive) async throws(BrokenLaw) -> [StoredVolume] {
    do throws(StoreError) {
      return try await archive.volumes(after: nil, limit: 1000, tag: nil)
    } catch {
      throw BrokenLaw(description: "the volumes cannot be listed: \(error)")
    }
  }

  private static let space = EmbeddingSpace(
    modelSHA256: String(repeating: "a", count: 64), recipe: "r", components: 2)

  /// A file with right matrices.
  private static func embeddings(rows: Int) -> [UInt8] {
    let size = rows * space.components * 4
    func entry(_ place: Int) -> JSON {
      [
        "dtype": "F32", "shape": [.integer(rows), .integer(space.components)],
        "data_offsets": [.integer(place * size), .integer((place + 1) * size)],
      ]
    }
    let header: JSON = [ArchiveFiles.valuesName: entry(0), ArchiveFiles.rowsName: entry(1)]
    let length = withUnsafeBytes(of: UInt64(header.bytes.count).littleEndian) { Array($0) }
    let row = [Float](arrayLiteral: 0.5, 0.25).flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    return length + header.bytes + (0..<(2 * rows)).flatMap { _ in row }
  }
}

/// A folder in memory, which goes with the object.
final class FuzzFolder {
  let path: String

  /// Nil if the system gave none.
  init?() {
    var template = Array("/dev/shm/brgsa-fuzz-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  func write(_ bytes: [UInt8], as name: String) {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    // A file in memory takes a write whole, unless memory is out: then its length is wrong and shows.
    _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  deinit {
    for folder in ["\(path)/again", path] {
      for name in [
        ArchiveFiles.volumes, "\(ArchiveFiles.volumes).part", ArchiveFiles.embeddings,
        ArchiveFiles.patches,
      ] {
        unlink("\(folder)/\(name)")
      }
      rmdir(folder)
    }
  }
}
