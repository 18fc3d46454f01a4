import Glibc
import StrictJSON

/// An operator's word that what was stored before a time may be erased: a file beside the store, which the running
/// service looks for.
struct RetentionConfirmation {
  private let path: String

  /// - Parameter store: Path of the store's file.
  init(store: String) { path = "\(store).retain" }

  /// The time, in seconds since 1970; nil if nothing was confirmed.
  func read() -> Int? {
    guard access(path, F_OK) == 0 else { return nil }
    let file = PrivateFile(path: path, forbiddenMode: 0o022)
    guard let bytes = try? file.bytes(), let object = try? JSON(parsing: bytes) else { return nil }
    return object["before"]?.integer(in: 0...JSONNumber.exactIntegers.upperBound)
  }

  /// Confirms.
  ///
  /// - Throws: ``PrivateFile/Fault``.
  func write(before seconds: Int) throws(PrivateFile.Fault) {
    try PrivateFile.replace(path, with: (["before": .integer(seconds)] as JSON).bytes)
  }

  /// Takes the word back: it counts once.
  func remove() { unlink(path) }
}
