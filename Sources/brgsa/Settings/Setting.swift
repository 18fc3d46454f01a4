import Calibrations
import Configuration
import Glibc
import Inference

/// One thing that can be configured: flag `--name`, variable `BRGSA_NAME`, key `name` of the YAML file.
enum Setting: String, CaseIterable {
  case host
  case port
  case model
  case calibration
  case calibrations
  case threads
  case store
  case persist
  case retentionDays = "retention-days"
  case diagnosisLimit = "diagnosis-limit"
  case storeReserve = "store-reserve"
  case summarizerURL = "summarizer-url"
  case summarizerModel = "summarizer-model"
  case summarizerKey = "summarizer-key"
  case summarizerTimeout = "summarizer-timeout"
  case spool
  case spoolLimit = "spool-limit"
  case keysFile = "keys-file"
  case auditLog = "audit-log"
  case tlsCert = "tls-cert"
  case tlsKey = "tls-key"
  case allowedHosts = "allowed-hosts"
  case maxConnectionsPerAddress = "max-connections-per-address"
  case maxBody = "max-body"
  case queueCapacity = "queue-capacity"
  case deadline
  case memoryReserve = "memory-reserve"
  case shutdownGrace = "shutdown-grace"
  case logLevel = "log-level"
  case logFormat = "log-format"
  case insecure

  /// Debian's OpenBLAS serves at most this many callers.
  private static let threadLimit = 64

  /// What the value must be.
  enum Kind: Equatable {
    case text
    case number(ClosedRange<Int>)
    case flag

    /// The kind in words, for refusals.
    var words: String {
      switch self {
      case .text: "a text"
      case .number: "a whole number"
      case .flag: "true or false"
      }
    }
  }

  /// Whether an empty text is a value: it stands for none.
  var mayBeEmpty: Bool { kind == .text && standard == .string("") }

  var kind: Kind {
    switch self {
    case .host, .model, .calibration, .calibrations, .store, .persist, .summarizerURL,
      .summarizerModel, .summarizerKey, .spool, .keysFile, .auditLog, .tlsCert, .tlsKey,
      .allowedHosts, .logLevel, .logFormat:
      .text
    case .port: .number(0...65535)
    case .threads: .number(1...Self.threadLimit)
    case .retentionDays: .number(0...36_500)
    case .diagnosisLimit, .storeReserve: .number(0...(1 << 50))
    case .summarizerTimeout: .number(1...600)
    case .maxConnectionsPerAddress: .number(0...1000)
    case .maxBody: .number(1...(1 << 40))
    case .spoolLimit: .number(0...(1 << 50))
    case .queueCapacity: .number(0...100_000)
    case .deadline: .number(0...86_400)
    case .memoryReserve: .number(0...(1 << 50))
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
    case .store: .string("\(Places.state)/brgsa.sqlite")
    case .persist: .string(Persistence.embeddings.rawValue)
    case .retentionDays: .int(0)
    case .diagnosisLimit: .int(10 << 30)
    case .storeReserve: .int(64 << 20)
    case .summarizerURL, .summarizerModel, .summarizerKey: .string("")
    case .summarizerTimeout: .int(30)
    case .spool: .string(Places.spool)
    case .spoolLimit: .int(0)
    case .keysFile, .auditLog, .tlsCert, .tlsKey, .allowedHosts: .string("")
    case .maxConnectionsPerAddress: .int(0)
    case .maxBody: .int(1 << 30)
    case .queueCapacity: .int(64)
    case .deadline: .int(600)
    case .memoryReserve: .int(256 << 20)
    case .shutdownGrace: .int(25)
    case .logLevel: .string("info")
    case .logFormat: .string(LogFormat.text.rawValue)
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
    case .store: "file of what is kept; :memory: for a store that ends with the process"
    case .persist:
      "what is kept: embeddings (with geometry, metadata and findings), full (texts of reports, and voxels to look at, too) or none"
    case .retentionDays: "days after which what is kept is erased; 0 for never"
    case .diagnosisLimit: "bytes of all stored diagnoses; further ones are not stored; 0 for any"
    case .storeReserve:
      "bytes of the store's disk that are held back for deletions; with less than twice as much free besides, diagnoses are not stored; 0 for none"
    case .summarizerURL:
      "OpenAI-compatible chat service that shortens reports, which are sent there; empty for rules alone"
    case .summarizerModel: "the chat service's model; empty for its own choice"
    case .summarizerKey: "the chat service's key; better in BRGSA_SUMMARIZER_KEY than in a file"
    case .summarizerTimeout: "seconds that the chat service may take before rules do its work"
    case .spool: "private folder for uploads in progress"
    case .spoolLimit: "bytes of all uploads in progress; 0 for three quarters of the file system"
    case .keysFile: "digests of the keys that clients need, made by brgsa keys; empty for none"
    case .tlsCert: "certificates for TLS, as PEM, the service's own first; empty for plain HTTP"
    case .tlsKey: "the certificate's private key, as PEM, in a file that is not everybody's"
    case .auditLog: "file that says who did what; empty for none"
    case .allowedHosts:
      "host names, with commas, that requests may name besides loopback and addresses; *.example.org for all names below one, * for any"
    case .maxConnectionsPerAddress: "open connections of one client address; 0 for any number"
    case .maxBody: "bytes of an upload"
    case .queueCapacity: "volumes, and jobs, that may wait while one is encoded"
    case .memoryReserve:
      "bytes of memory that must be left before a volume is taken in; 0 for any"
    case .deadline: "seconds that an answer may take before the work is given up; 0 for any time"
    case .shutdownGrace: "seconds that work may take to finish after SIGTERM"
    case .logLevel: "trace, debug, info, notice, warning, error or critical"
    case .logFormat: "text or json"
    case .insecure: "listen beyond loopback without keys"
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
