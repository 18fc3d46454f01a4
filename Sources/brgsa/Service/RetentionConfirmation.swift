import CommandLineSupport
import Glibc
import StrictJSON

/// An operator's confirmation that the service may erase the data that was stored before a certain time.
///
/// It is a file next to the store. The running service reads it.
struct RetentionConfirmation {
  private let path: String

  /// - Parameter store: The path of the store's file.
  init(store: String) { path = "\(store).retain" }

  /// Returns the confirmed time, in seconds since 1970; nil if there is not a valid confirmation.
  func read() -> Int? {
    guard access(path, F_OK) == 0 else { return nil }
    let file = PrivateFile(path: path, forbiddenMode: 0o022)
    guard let bytes = try? file.bytes(), let object = try? JSON(parsing: bytes) else { return nil }
    return object["before"]?.integer(in: 0...JSONNumber.exactIntegers.upperBound)
  }

  /// Confirms that data stored before `seconds` (since 1970) may be erased.
  ///
  /// - Throws: ``PrivateFile/Fault``.
  func write(before seconds: Int) throws(PrivateFile.Fault) {
    try PrivateFile.replace(path, with: (["before": .integer(seconds)] as JSON).bytes)
  }

  /// Removes the confirmation, because it is valid for one erasure only.
  func remove() { unlink(path) }
}
