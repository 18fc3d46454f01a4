import ArgumentParser
import DICOM
import Files
import Glibc
import Hashing
import Inference

/// The DICOM files below a folder, contiguous in an unnamed file like an upload of them.
final class DICOMFolder: Sendable {
  private let file: OpenFile

  /// Opens an empty file in the private folder for uploads.
  ///
  /// - Throws: `ExitCode.cannotCreate`, after saying why.
  private init() throws {
    mkdir(DefaultPaths.spool, S_IRWXU)
    do throws(FileError) {
      file = try OpenFile(unnamedIn: DefaultPaths.spool)
    } catch {
      Console.complain("\(DefaultPaths.spool): \(error)")
      throw ExitCode.cannotCreate
    }
  }

  /// The files below `path` as one volume. Other files are skipped; skipped NIfTI files get a line.
  ///
  /// - Throws: `ExitCode`, after saying why.
  static func source(_ path: String) throws -> VolumeSource {
    var walk = FolderWalk()
    walk.visit(path) { _ in true }
    for complaint in walk.complaints { Console.complain(complaint) }
    let folder = try DICOMFolder()
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
      Console.complain(
        "\(path): holds no DICOM files"
          + (volumes > 0 ? "; name its \(volumes) NIfTI files as arguments" : ""))
      throw ExitCode.dataError
    }
    if volumes > 0 {
      Console.complain(
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

  /// Whether a path is a folder.
  static func isFolder(_ path: String) -> Bool {
    (try? FileStatus(of: path))?.isFolder == true
  }

  private func append(_ bytes: [UInt8]) throws {
    do throws(FileError) {
      try file.write(bytes)
    } catch {
      Console.complain("\(DefaultPaths.spool): \(error)")
      throw ExitCode.outputError
    }
  }
}
