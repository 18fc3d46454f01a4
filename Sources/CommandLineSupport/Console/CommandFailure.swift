internal import API
package import ArgumentParser
internal import DICOM
package import Encoders
internal import Inference
package import Storage
internal import Volumes

/// Ends a command before its work is done. `main` prints the message and exits with the exit code.
package struct CommandFailure: Error {
  /// The message, which has one or more lines.
  package let message: String
  package let code: ExitCode

  package init(_ message: String, _ code: ExitCode) {
    self.message = message
    self.code = code
  }

  /// Makes the failure for an invalid setting.
  package static func configuration(_ reason: String) -> CommandFailure {
    CommandFailure("configuration: \(reason)", .configuration)
  }

  /// Makes the failure for an unusable model.
  package init(_ error: ModelError, model directory: String) {
    self.init("model \(directory): \(error)", .configuration)
  }

  /// Makes the failure for an unusable store.
  package init(_ error: StoreError, store path: String, _ code: ExitCode = .unavailable) {
    self.init("store \(URLSecrets.hidden(in: path)): \(error.message)", code)
  }

  /// Makes the failure for an error in a file. The message contains the problem code, so that scripts can identify
  /// the error.
  package init(_ error: any Error, about file: String) {
    let problem = Problem(error)
    let errors = problem.errors.filter { $0.message != problem.detail }
    self.init(
      (["\(file): \(problem.detail) (\(problem.type.rawValue))"]
        + errors.map { "  \($0.pointer): \($0.message)" } + (problem.hint.map { ["  \($0)"] } ?? []))
        .joined(separator: "\n"), Self.exitCode(for: error))
  }

  private static func exitCode(for error: any Error) -> ExitCode {
    guard let error = error as? InferenceError else {
      return error is StoreError ? .unavailable : .software
    }
    return switch error {
    case .volume(.inputOutput): .noInput
    case .series(.inputOutput), .series(.storageFull): .outputError
    case .volume, .series: .dataError
    case .promptsMissing, .tooManyPrompts, .promptEmpty, .promptTooLong, .negativeMissing,
      .unsupported, .unknownPromptSet, .unknownCalibration, .topKOutOfRange, .resultsOutOfRange,
      .offsetOutOfRange,
      .tooManyConditions, .wrongComponents, .reportTooLong, .reportEmpty, .tooManyPromptSets:
      .usage
    case .nothingStored, .unknownVolume, .voxelsNotStored: .noInput
    case .queueFull, .memoryShort, .modelLoading, .selfTestFailed, .store: .unavailable
    case .uploadAbandoned, .nonFiniteResult, .cancelled: .software
    }
  }
}
