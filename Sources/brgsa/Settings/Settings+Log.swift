import Logging
import Telemetry

extension Settings {
  /// The log on standard error, in the chosen form and at the chosen level.
  var logger: Logger {
    .standardError(
      LogFormat(rawValue: self.logFormat) ?? .text, Logger.Level(rawValue: self.logLevel) ?? .info)
  }
}
