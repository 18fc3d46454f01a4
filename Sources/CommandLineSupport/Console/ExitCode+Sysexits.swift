import ArgumentParser

/// The codes of sysexits.h that `brgsa --help` promises.
extension ExitCode {
  /// The command line is wrong.
  static let usage = ExitCode(64)
  /// The input is invalid.
  static let dataError = ExitCode(65)
  /// The input does not exist.
  static let noInput = ExitCode(66)
  /// The service cannot run here and now.
  static let unavailable = ExitCode(69)
  /// A fault of this program.
  static let software = ExitCode(70)
  /// A file cannot be created.
  static let cannotCreate = ExitCode(73)
  /// Results cannot be written.
  static let outputError = ExitCode(74)
  /// The configuration or the model is invalid.
  static let configuration = ExitCode(78)
}
