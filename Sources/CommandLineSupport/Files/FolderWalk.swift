internal import Files

/// Finds files in a folder and all its subfolders. Each folder is visited once, even if several links lead to it.
package struct FolderWalk {
  /// A regular file.
  package struct File {
    package let path: String
    package let byteCount: Int
    /// The time of the last change, in nanoseconds since 1970.
    package let modified: Int
  }

  /// The files found, in no particular order.
  package private(set) var files: [File] = []
  /// One line of text for each folder that could not be read.
  package private(set) var complaints: [String] = []

  private var visited: Set<FileStatus.Identity> = []

  package init() {}

  /// Adds the regular files in `folder` and its subfolders for whose names `isWanted` returns true.
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
