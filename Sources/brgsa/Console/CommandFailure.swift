import ArgumentParser

/// Why a command ends before its work is done. `main` prints the lines of its message and exits with its code.
struct CommandFailure: Error {
  let message: String
  let code: ExitCode

  init(_ message: String, _ code: ExitCode) {
    self.message = message
    self.code = code
  }

  /// A setting that is bad.
  static func configuration(_ reason: String) -> CommandFailure {
    CommandFailure("configuration: \(reason)", .configuration)
  }
}
