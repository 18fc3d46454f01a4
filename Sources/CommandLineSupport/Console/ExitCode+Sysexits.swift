package import ArgumentParser

/// The codes of sysexits.h that `brgsa --help` promises.
extension ExitCode {
  /// The command line is wrong.
  package static let usage = ExitCode(64)
  /// The input is invalid.
  package static let dataError = ExitCode(65)
  /// The input does not exist.
  package static let noInput = ExitCode(66)
  /// The service cannot run here and now.
  package static let unavailable = ExitCode(69)
  /// A fault of this program.
  package static let software = ExitCode(70)
  /// A file cannot be created.
  package static let cannotCreate = ExitCode(73)
  /// Results cannot be written.
  package static let outputError = ExitCode(74)
  /// The configuration or the model is invalid.
  package static let configuration = ExitCode(78)
}
