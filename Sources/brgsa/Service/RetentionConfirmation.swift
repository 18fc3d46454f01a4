import CommandLineSupport
import Glibc
import StrictJSON

/// An operator's confirmation that the service may delete all data stored before a certain time.
///
/// It is a file next to the store, which the running service reads.
struct RetentionConfirmation {
  private let path: String

  /// - Parameter store: The path of the store's file.
  init(store: String) { path = "\(store).retain" }

  /// Returns the confirmed time in seconds since 1970; nil without a valid confirmation.
  func read() -> Int? {
    guard access(path, F_OK) == 0 else { return nil }
    let file = PrivateFile(path: path, forbiddenMode: 0o022)
    guard let bytes = try? file.bytes(), let object = try? JSON(parsing: bytes) else { return nil }
    return object["before"]?.integer(in: 0...JSONNumber.exactIntegers.upperBound)
  }

  /// Confirms the deletion of all data stored before `seconds`, counted since 1970.
  ///
  /// - Throws: ``PrivateFile/Fault``.
  func write(before seconds: Int) throws(PrivateFile.Fault) {
    try PrivateFile.replace(path, with: (["before": .integer(seconds)] as JSON).bytes)
  }

  /// Removes the confirmation, because it is valid for only one deletion.
  func remove() { unlink(path) }
}
