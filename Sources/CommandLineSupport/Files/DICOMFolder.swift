internal import DICOM
internal import Files
internal import Glibc
internal import Hashing
package import Inference

/// The DICOM files in a folder and its subfolders. They are copied one after another into an unnamed file, which then
/// has the same layout as an upload.
package final class DICOMFolder: Sendable {
  private let file: OpenFile
  private let spool: String

  /// Creates an empty file in `spool`, the private folder for uploads.
  ///
  /// - Throws: `CommandFailure`.
  private init(in spool: String) throws {
    self.spool = spool
    mkdir(spool, S_IRWXU)
    do throws(FileError) {
      file = try OpenFile(unnamedIn: spool)
    } catch {
      throw CommandFailure("\(spool): \(error)", .cannotCreate)
    }
  }

  /// Returns all DICOM files in `path` and its subfolders as one volume.
  ///
  /// Other files are skipped. If there are NIfTI files among them, a note is printed.
  ///
  /// - Throws: `CommandFailure`.
  package static func source(_ path: String, spool: String) throws -> VolumeSource {
    var walk = FolderWalk()
    walk.visit(path) { _ in true }
    for complaint in walk.complaints { Console.note(complaint) }
    let folder = try DICOMFolder(in: spool)
    var parts: [Int] = []
    var hash = SHA256()
    var volumes = 0
    for file in walk.files.sorted(by: { $0.path < $1.path }) {
      let input = try InputFile(path: file.path)
      guard try SeriesFile.mayBeDICOM(Array(input.bytes(at: 0, count: SeriesFile.headBytes))) else {
        if isVolume(file.path) { volumes += 1 }
        continue
      }
      var place = 0
      while place < input.byteCount {
        let piece = try input.bytes(at: place, count: 1 << 20)
        try folder.append(piece)
        hash.update(data: piece)
        place += piece.count
      }
      parts.append(input.byteCount)
    }
    guard !parts.isEmpty else {
      throw CommandFailure(
        "\(path): contains no DICOM files"
          + (volumes > 0 ? "; name its \(volumes) NIfTI files as arguments" : ""), .dataError)
    }
    if volumes > 0 {
      Console.note(
        "\(path): \(volumes) NIfTI files among the DICOM files are skipped. Name them as arguments."
      )
    }
    return VolumeSource(
      fileDescriptor: folder.file.descriptor, byteCount: parts.reduce(0, +), parts: parts,
      sha256: hash.finalize(), owner: folder)
  }

  private static func isVolume(_ path: String) -> Bool {
    path.lowercased().hasSuffix(".nii") || path.lowercased().hasSuffix(".nii.gz")
  }

  /// True if `path` is a folder.
  package static func isFolder(_ path: String) -> Bool {
    (try? FileStatus(of: path))?.isFolder == true
  }

  private func append(_ bytes: [UInt8]) throws {
    do throws(FileError) {
      try file.write(bytes)
    } catch {
      throw CommandFailure("\(spool): \(error)", .outputError)
    }
  }
}
