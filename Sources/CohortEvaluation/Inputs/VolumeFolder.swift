internal import CommandLineSupport
internal import Evaluation
internal import Files
internal import Glibc
internal import Inference
internal import Volumes

/// The volumes of a cohort in a folder and its subfolders, found by their file names.
struct VolumeFolder {
  /// A volume's name in the labels, and its file.
  struct Found: Sendable {
    let name: String
    let path: String
    let byteCount: Int
    /// Time of the last change, in nanoseconds since 1970.
    let modified: Int

    /// The volume for the scoring run.
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

  /// The found volumes in the order of the labels; missing ones were reported.
  let found: [Found]

  /// Most lines about missing volumes; a wrong folder would give thousands.
  private static let complaintLimit = 20

  /// Searches for `names`, with or without ending, as file names or as paths below `folder`.
  ///
  /// - Throws: `CommandFailure`.
  init(names: [String], below folder: String) throws {
    guard access(folder, R_OK | X_OK) == 0 else {
      throw CommandFailure("\(folder): \(FileError.last)", .noInput)
    }
    let wanted = Set(names.map { StudyName.key(Self.fileName($0)) })
    var walk = FolderWalk()
    walk.visit(folder) { name in
      let study = StudyName.key(name)
      // A key equal to the whole name has no ending of a volume.
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

  /// A name with an ending means exactly that file. A path must agree with the file's path.
  /// Otherwise the name without ending decides.
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
