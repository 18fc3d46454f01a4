import Glibc

/// Visits a folder and all folders below it, each once, however links lead there.
struct FolderWalk {
  /// A regular file.
  struct File {
    let path: String
    let byteCount: Int
    /// Time of the last change, in nanoseconds since 1970.
    let modified: Int
  }

  /// What was found, in no order.
  private(set) var files: [File] = []
  /// A line for each folder that cannot be read.
  private(set) var complaints: [String] = []

  private struct Identity: Hashable {
    let device: dev_t
    let node: ino_t
  }

  private var visited: Set<Identity> = []

  /// Collects the regular files below `folder` whose names are wanted.
  mutating func visit(_ folder: String, where isWanted: (String) -> Bool) {
    var waiting = [folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder]
    while let folder = waiting.popLast() {
      guard let status = Self.status(of: folder),
        visited.insert(Identity(device: status.st_dev, node: status.st_ino)).inserted
      else { continue }
      for name in names(in: folder) {
        let path = "\(folder)/\(name)"
        guard let status = Self.status(of: path) else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          waiting.append(path)
        } else if status.st_mode & S_IFMT == S_IFREG, isWanted(name) {
          files.append(
            File(
              path: path, byteCount: Int(status.st_size),
              modified: status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec))
        }
      }
    }
  }

  private mutating func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else {
      complaints.append("\(folder): \(String(cString: strerror(errno)))")
      return []
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)
        ) {
          String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }
}
