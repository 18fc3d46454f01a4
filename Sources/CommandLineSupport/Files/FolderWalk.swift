internal import Files

/// Finds all files in a folder and its subfolders. A folder is visited only once, even if several links lead to it.
package struct FolderWalk {
  /// A regular file that was found.
  package struct File {
    package let path: String
    package let byteCount: Int
    /// The time of the last change of the content, in nanoseconds since 1970.
    package let modified: Int
  }

  /// The files that were found, in any order.
  package private(set) var files: [File] = []
  /// One message for each folder that could not be read.
  package private(set) var complaints: [String] = []

  private var visited: Set<FileStatus.Identity> = []

  package init() {}

  /// Adds all regular files in `folder` and its subfolders for which `isWanted` returns true. `isWanted` gets the
  /// file name.
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
