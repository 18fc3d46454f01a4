import Configuration
import Glibc

/// One thing that can be configured: flag `--name`, variable `BRGSA_NAME`, key `name` of the YAML file.
enum Setting: String, CaseIterable {
  case host
  case port
  case model
  case calibration
  case calibrations
  case threads
  case spool
  case allowedHosts = "allowed-hosts"
  case maxBody = "max-body"
  case queueCapacity = "queue-capacity"
  case shutdownGrace = "shutdown-grace"
  case logLevel = "log-level"
  case insecure

  /// Debian's OpenBLAS serves at most this many callers.
  private static let threadLimit = 64

  /// What the value must be.
  enum Kind: Equatable {
    case text
    case number(ClosedRange<Int>)
    case flag
  }

  var kind: Kind {
    switch self {
    case .host, .model, .calibration, .calibrations, .spool, .allowedHosts, .logLevel: .text
    case .port: .number(0...65535)
    case .threads: .number(1...Self.threadLimit)
    case .maxBody: .number(1...(1 << 40))
    case .queueCapacity: .number(0...100_000)
    case .shutdownGrace: .number(0...3600)
    case .insecure: .flag
    }
  }

  /// The value if nothing else is said.
  var standard: ConfigContent {
    switch self {
    case .host: .string("127.0.0.1")
    case .port: .int(8080)
    case .model: .string(Places.model)
    case .calibration: .string("model")
    case .calibrations: .string("\(Places.state)/calibrations")
    case .threads: .int(min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), Self.threadLimit))
    case .spool: .string(Places.spool)
    case .allowedHosts: .string("")
    case .maxBody: .int(1 << 30)
    case .queueCapacity: .int(64)
    case .shutdownGrace: .int(25)
    case .logLevel: .string("info")
    case .insecure: .bool(false)
    }
  }

  /// What the setting does, for `brgsa config --print`.
  var explanation: String {
    switch self {
    case .host: "name or address to listen on"
    case .port: "port to listen on; 0 lets the system choose"
    case .model: "model directory, made by Models/convert.py"
    case .calibration:
      "thresholds of requests that choose none: model (beside the weights), none, or a name"
    case .calibrations: "folder of the site's own thresholds"
    case .threads: "threads for arithmetic"
    case .spool: "private folder for uploads in progress"
    case .allowedHosts: "host names, with commas, that requests may name besides loopback"
    case .maxBody: "bytes of an upload"
    case .queueCapacity: "volumes that may wait while one is encoded"
    case .shutdownGrace: "seconds that work may take to finish after SIGTERM"
    case .logLevel: "trace, debug, info, notice, warning, error or critical"
    case .insecure: "listen beyond loopback although there are no keys"
    }
  }

  var key: AbsoluteConfigKey { AbsoluteConfigKey([rawValue], context: [:]) }

  var type: ConfigType {
    switch kind {
    case .text: .string
    case .number: .int
    case .flag: .bool
    }
  }
}
