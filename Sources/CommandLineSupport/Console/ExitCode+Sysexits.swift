package import ArgumentParser

/// The exit codes of `brgsa`, which `brgsa --help` lists. Their values are those of sysexits.h.
extension ExitCode {
  /// The command line is wrong.
  package static let usage = ExitCode(64)
  /// The input is invalid.
  package static let dataError = ExitCode(65)
  /// The input does not exist or cannot be read.
  package static let noInput = ExitCode(66)
  /// The service, the store or the model is not available now.
  package static let unavailable = ExitCode(69)
  /// The program has an internal error.
  package static let software = ExitCode(70)
  /// An output file cannot be created.
  package static let cannotCreate = ExitCode(73)
  /// Results cannot be written.
  package static let outputError = ExitCode(74)
  /// The configuration or the model is invalid.
  package static let configuration = ExitCode(78)
}
