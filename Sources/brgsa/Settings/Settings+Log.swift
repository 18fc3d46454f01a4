import Logging
import Telemetry

extension Settings {
  /// A logger that writes to standard error, with the configured format and level.
  var logger: Logger {
    .standardError(
      LogFormat(rawValue: self.logFormat) ?? .text, Logger.Level(rawValue: self.logLevel) ?? .info)
  }
}
