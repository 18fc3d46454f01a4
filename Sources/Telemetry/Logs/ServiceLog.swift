internal import Files
internal import Formats
public import Logging
internal import StrictJSON

/// The format of log lines.
public enum LogFormat: String, Sendable, CaseIterable {
  /// Text for human readers.
  case text
  /// One JSON object per line, for programs.
  case json
}

/// Writes the service's log. It writes only known fields, so that a new field cannot add patient data by mistake.
struct ServiceLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  private let label: String
  private let format: LogFormat
  private let text: StreamLogHandler

  /// All permitted fields. They contain counts, durations, names that the operator has chosen, and words of this
  /// program.
  static let fields: Set<String> = [
    "bytes_in", "bytes_out", "caveat", "client", "count", "durability", "ending", "erased",
    "file", "grace_seconds", "host", "method", "model", "ms", "name", "port", "reason",
    "request_id",
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
    case .json: try? OpenFile.standardError.write(line(event) + [UInt8(ascii: "\n")])
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
  /// Makes the log of the service, which is written to standard error.
  public static func standardError(_ format: LogFormat, _ level: Logger.Level) -> Logger {
    var logger = Logger(label: "brgsa") { ServiceLogHandler(label: $0, format: format) }
    logger.logLevel = level
    return logger
  }
}
