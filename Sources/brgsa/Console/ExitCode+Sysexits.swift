import ArgumentParser

/// The codes of sysexits.h that `brgsa --help` promises.
extension ExitCode {
  /// The command line is wrong.
  static let usage = ExitCode(64)
  /// The input is not what it should be.
  static let dataError = ExitCode(65)
  /// The input does not exist.
  static let noInput = ExitCode(66)
  /// The service cannot run here and now.
  static let unavailable = ExitCode(69)
  /// Our own fault.
  static let software = ExitCode(70)
  /// A file cannot be made.
  static let cannotCreate = ExitCode(73)
  /// Results cannot be written.
  static let outputError = ExitCode(74)
  /// Configuration or model is bad.
  static let configuration = ExitCode(78)
}
