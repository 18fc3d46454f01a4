import Files

/// Visits a folder and all its subfolders, each once even if links repeat them.
struct FolderWalk {
  /// A regular file.
  struct File {
    let path: String
    let byteCount: Int
    /// Time of the last change, in nanoseconds since 1970.
    let modified: Int
  }

  /// The found files, unordered.
  private(set) var files: [File] = []
  /// A line for each unreadable folder.
  private(set) var complaints: [String] = []

  private var visited: Set<FileStatus.Identity> = []

  /// Collects the regular files below `folder` whose names are wanted.
  mutating func visit(_ folder: String, where isWanted: (String) -> Bool) {
    var waiting = [folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder]
    while let folder = waiting.popLast() {
      guard let status = try? FileStatus(of: folder), visited.insert(status.identity).inserted
      else { continue }
      for name in names(in: folder) {
        let path = "\(folder)/\(name)"
        guard let status = try? FileStatus(of: path) else { continue }
        if status.isFolder {
          waiting.append(path)
        } else if status.isRegular, isWanted(name) {
          files.append(
            File(
              path: path, byteCount: status.byteCount, modified: status.modified))
        }
      }
    }
  }

  private mutating func names(in folder: String) -> [String] {
    do throws(FileError) {
      return try FileSystem.names(in: folder)
    } catch {
      complaints.append("\(folder): \(error)")
      return []
    }
  }
}
