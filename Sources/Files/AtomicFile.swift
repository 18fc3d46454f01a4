public import Glibc

/// A new file that gets its name when all of its bytes are on the disk. A reader finds either the
/// old file or the complete new file.
public final class AtomicFile {
  private let path: String
  private let draft: String
  /// The draft, open for writing.
  public let file: OpenFile
  private var isPlaced = false

  /// Creates the draft: the file that is written completely and then renamed.
  ///
  /// - Parameters:
  ///   - path: The path that the file will get. An existing file at this path is replaced.
  ///   - draft: The draft's path, in the same folder as `path`. No file may exist there. If nil, the name is random.
  ///   - mode: Permissions of the file.
  /// - Throws: ``FileError``.
  public init(_ path: String, draft: String? = nil, mode: mode_t = 0o600) throws(FileError) {
    self.path = path
    self.draft = draft ?? "\(path).\(UInt32.random(in: .min ... .max)).part"
    file = try OpenFile(self.draft, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
  }

  deinit { removeDraft() }

  /// Gives the file its name. When this returns, its bytes and its name are on the disk.
  ///
  /// - Parameter placed: Called as soon as the file has its name.
  /// - Throws: ``FileError``. If `placed` was not called, the path is unchanged.
  public func place(placed: () -> Void = {}) throws(FileError) {
    try file.synchronize()
    try FileSystem.move(draft, to: path)
    isPlaced = true
    placed()
    try FileSystem.synchronize(FileSystem.folder(of: path))
  }

  /// Removes the draft, unless it already has its name. This also happens when the object is freed.
  public func removeDraft() {
    if !isPlaced { unlink(draft) }
  }

  /// Creates or replaces a file.
  ///
  /// - Throws: ``FileError``.
  public static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t = 0o600
  ) throws(FileError) {
    let new = try AtomicFile(path, mode: mode)
    try new.file.write(bytes)
    try new.place()
  }
}
