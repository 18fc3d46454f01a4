public import Glibc

/// A new file that gets its name only when all of its bytes are on the disk. Other processes see either the old file
/// or the complete new file.
public final class AtomicFile {
  private let path: String
  private let draft: String
  /// The draft, which is open for writing.
  public let file: OpenFile
  private var isPlaced = false

  /// Creates the draft. The draft is written completely and then renamed.
  ///
  /// - Parameters:
  ///   - path: The final path of the file. An existing file at this path is replaced.
  ///   - draft: The path of the draft, in the same folder as `path`. No file may exist there. If nil, the name is
  ///     random.
  ///   - mode: The permissions of the file.
  /// - Throws: ``FileError``.
  public init(_ path: String, draft: String? = nil, mode: mode_t = 0o600) throws(FileError) {
    self.path = path
    self.draft = draft ?? "\(path).\(UInt32.random(in: .min ... .max)).part"
    file = try OpenFile(self.draft, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
  }

  deinit { removeDraft() }

  /// Renames the draft to its final path. On return, the bytes and the name are on the disk.
  ///
  /// - Parameter placed: Called as soon as the file has its final name.
  /// - Throws: ``FileError``. If `placed` was not called, the file at the path is unchanged.
  public func place(placed: () -> Void = {}) throws(FileError) {
    try file.synchronize()
    try FileSystem.move(draft, to: path)
    isPlaced = true
    placed()
    try FileSystem.synchronize(FileSystem.folder(of: path))
  }

  /// Removes the draft, unless it was already renamed. This also happens when the object is released.
  public func removeDraft() {
    if !isPlaced { unlink(draft) }
  }

  /// Creates a file, or replaces an existing one.
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
