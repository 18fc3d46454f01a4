import ArgumentParser
import DICOM
import Glibc
import Hashing
import Inference

/// The DICOM files below a folder, one behind the other in a file without a name, as an upload of them would be.
final class DICOMFolder: Sendable {
  private let fileDescriptor: Int32

  /// Opens an empty file in the private folder for uploads.
  ///
  /// - Throws: `ExitCode.cannotCreate`, after saying why.
  private init() throws {
    mkdir(DefaultPaths.spool, S_IRWXU)
    var template = Array("\(DefaultPaths.spool)/folder-XXXXXX".utf8CString)
    fileDescriptor = mkstemp(&template)
    guard fileDescriptor >= 0 else {
      Console.complain("\(DefaultPaths.spool): \(String(cString: strerror(errno)))")
      throw ExitCode.cannotCreate
    }
    unlink(template)
    _ = fcntl(fileDescriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(fileDescriptor) }

  /// The files below `path` as one volume; others than DICOM's are skipped, NIfTI files with a line that says so.
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
      fileDescriptor: folder.fileDescriptor, byteCount: parts.reduce(0, +), parts: parts,
      sha256: hash.finalize(), owner: folder)
  }

  private static func isVolume(_ path: String) -> Bool {
    path.lowercased().hasSuffix(".nii") || path.lowercased().hasSuffix(".nii.gz")
  }

  /// Whether a path is that of a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private func append(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(fileDescriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        Console.complain("\(DefaultPaths.spool): \(String(cString: strerror(errno)))")
        throw ExitCode.outputError
      }
      rest = rest.dropFirst(count)
    }
  }
}
