internal import Files

/// Visits a folder and all its subfolders, each once even if links repeat them.
package struct FolderWalk {
  /// A regular file.
  package struct File {
    package let path: String
    package let byteCount: Int
    /// Time of the last change, in nanoseconds since 1970.
    package let modified: Int
  }

  /// The found files, unordered.
  package private(set) var files: [File] = []
  /// A line for each unreadable folder.
  package private(set) var complaints: [String] = []

  private var visited: Set<FileStatus.Identity> = []

  package init() {}

  /// Collects the regular files below `folder` whose names are wanted.
  package mutating func visit(_ folder: String, where isWanted: (String) -> Bool) {
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
