internal import CommandLineSupport
internal import Evaluation
internal import Files
internal import Glibc
internal import Inference
internal import Volumes

/// Finds the volumes of a cohort by file name, in a folder and its subfolders.
struct VolumeFolder {
  /// The file of a volume, and the volume's name in the table of labels.
  struct Found: Sendable {
    let name: String
    let path: String
    let byteCount: Int
    /// The modification time of the file, in nanoseconds since 1970.
    let modified: Int

    /// The volume in the form that ``CohortRun`` reads.
    var volume: CohortVolume {
      let path = path
      return CohortVolume { () throws(VolumeError) in
        let file = try VolumeError.from(try OpenFile(regular: path))
        return OpenVolume(
          fileDescriptor: file.descriptor,
          byteCount: try VolumeError.from(try file.status().byteCount),
          owner: file)
      }
    }
  }

  /// The volumes that were found, in the order of the labels. A note is printed for each missing volume.
  let found: [Found]

  /// The maximum number of notes about missing volumes. Without it, a wrong folder would cause thousands of notes.
  private static let complaintLimit = 20

  /// Searches `folder` and its subfolders for the volumes in `names`. A name is a file name or the end of a path, with
  /// or without `.nii` or `.nii.gz`.
  ///
  /// - Throws: `CommandFailure` if the folder is not readable.
  init(names: [String], below folder: String) throws {
    guard access(folder, R_OK | X_OK) == 0 else {
      throw CommandFailure("\(folder): \(FileError.last)", .noInput)
    }
    let wanted = Set(names.map { StudyName.key(Self.fileName($0)) })
    var walk = FolderWalk()
    walk.visit(folder) { name in
      let study = StudyName.key(name)
      // If the key equals the name, the file is neither `.nii` nor `.nii.gz`.
      return study != name && wanted.contains(study)
    }
    var complaints = walk.complaints
    var found: [Found] = []
    let files = Dictionary(grouping: walk.files) { StudyName.key(Self.fileName($0.path)) }
    for name in names {
      let candidates = Self.candidates(for: name, in: files)
      if let file = candidates.first, candidates.count == 1 {
        found.append(
          Found(
            name: name, path: file.path, byteCount: file.byteCount, modified: file.modified))
      } else if candidates.isEmpty {
        complaints.append("\(name): is not in \(folder)")
      } else {
        let paths = candidates.map(\.path).sorted().joined(separator: ", ")
        complaints.append("\(name): occurs several times: \(paths)")
      }
    }
    self.found = found
    for complaint in complaints.prefix(Self.complaintLimit) { Console.note(complaint) }
    if complaints.count > Self.complaintLimit {
      Console.note("… and \(complaints.count - Self.complaintLimit) more volumes like these")
    }
  }

  /// Returns the files that `name` may refer to.
  ///
  /// If the paths of some files end in exactly this name with its extension, returns only those. Otherwise, if `name`
  /// contains folders, returns the files whose paths end in it, ignoring extensions. Otherwise returns all files with
  /// this name, ignoring extensions.
  private static func candidates(
    for name: String, in files: [String: [FolderWalk.File]]
  ) -> [FolderWalk.File] {
    let same = files[StudyName.key(fileName(name))] ?? []
    let exact = same.filter { $0.path.hasSuffix("/" + name) }
    if !exact.isEmpty { return exact }
    guard name.contains("/") else { return same }
    return same.filter { StudyName.key($0.path).hasSuffix("/" + StudyName.key(name)) }
  }

  static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map { String($0) } ?? path
  }
}
