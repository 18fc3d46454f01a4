import Formats
import Glibc
import Logging
import StrictJSON

/// The format of log lines.
enum LogFormat: String, CaseIterable {
  /// For people.
  case text
  /// One JSON object a line, for programs.
  case json
}

/// Logs only known fields, so that a new field cannot leak patient data.
struct ServiceLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  private let label: String
  private let format: LogFormat
  private let text: StreamLogHandler

  /// All allowed fields: counts, durations, the operator's names, and words of this program.
  static let fields: Set<String> = [
    "bytes_in", "bytes_out", "caveat", "client", "count", "ending", "erased", "file",
    "grace_seconds", "host", "method", "model", "ms", "name", "port", "reason", "request_id",
    "route", "set_aside", "sha256", "status", "tls", "took", "trace_id", "volumes",
  ]

  init(label: String, format: LogFormat) {
    self.label = label
    self.format = format
    text = .standardError(label: label)
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var event = event
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    event.metadata = all.filter { Self.fields.contains($0.key) }
    switch format {
    case .text: text.log(event: event)
    case .json: Console.write(line(event) + [UInt8(ascii: "\n")], to: STDERR_FILENO)
    }
  }

  private func line(_ event: LogEvent) -> [UInt8] {
    let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }
    let start: JSONObject = [
      "time": .string(Timestamp.now()), "level": .string(event.level.rawValue),
      "logger": .string(label), "message": .string("\(event.message)"),
    ]
    return JSON.members(
      start.members + fields.map { ($0.key, .string("\($0.value)")) }
    ).bytes
  }
}

extension Logger {
  /// The program's log, with the configured level and format.
  static func standardError(_ settings: Settings) -> Logger {
    let format = LogFormat(rawValue: settings.logFormat) ?? .text
    var logger = Logger(label: "brgsa") { ServiceLogHandler(label: $0, format: format) }
    logger.logLevel = Logger.Level(rawValue: settings.logLevel) ?? .info
    return logger
  }
}
