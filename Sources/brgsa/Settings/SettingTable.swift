import Calibrations
import Glibc
import Inference
import Logging
import Telemetry

/// All settings, in the order of display. Names of settings appear only here.
struct SettingTable: Sendable {
  let host = Setting("host", default: "127.0.0.1", "host", "Name or address to listen on")
  let port = Setting(
    "port", default: 8080, 0...65535, "port", "Port to listen on; 0 lets the system choose")
  let model = Setting(
    "model", default: DefaultPaths.model, "dir", "Model directory, made by Models/convert.py")
  let calibration = Setting(
    "calibration", default: "model", "name",
    "Thresholds of requests that choose none: model (stored with the weights), none, or a name"
  ) { name in
    Calibration.reservedNames.contains(name) || Calibration.isName(name)
      ? nil : "is neither model nor none nor a name of a–z, 0–9 and hyphens"
  }
  let calibrations = Setting(
    "calibrations", default: "\(DefaultPaths.state)/calibrations", "dir",
    "Folder of the site's own thresholds")
  let threads = Setting(
    "threads", default: min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), Self.threadLimit),
    1...Self.threadLimit, "n", "Threads for arithmetic")
  let store = Setting(
    "store", default: "\(DefaultPaths.state)/brgsa.sqlite", "file",
    "File of the store; :memory: for a store that ends with the process")
  let persist = Setting(
    "persist", default: Persistence.embeddings, "what",
    "What is stored: embeddings (with geometry, metadata and findings), full (also texts of reports, and voxels for pictures) or none"
  )
  let retentionDays = Setting(
    "retention-days", default: 0, 0...36_500, "n",
    "Days after which stored data is erased; 0 for never")
  let diagnosisLimit = Setting(
    "diagnosis-limit", default: 10 << 30, 0...(1 << 50), "bytes",
    "Size of all stored diagnoses; further ones are not stored; 0 for any size")
  let storeReserve = Setting(
    "store-reserve", default: 64 << 20, 0...(1 << 50), "bytes",
    "Space on the store's disk, a sixteenth of it at most, that is reserved for deletions; with less than twice as much free in addition, diagnoses are not stored; 0 for none"
  )
  let summarizerURL = Setting(
    "summarizer-url", "url",
    "OpenAI-compatible chat service that shortens reports, which are SENT THERE; without one, rules shorten them here",
    display: .address)
  let summarizerModel = Setting(
    "summarizer-model", "name", "The chat service's model; without one, the service chooses")
  let summarizerKey = Setting(
    "summarizer-key", "key", "The chat service's key; better in a variable than in a file",
    display: .secret)
  let summarizerTimeout = Setting(
    "summarizer-timeout", default: 30, 1...600, "seconds",
    "Time for the chat service before rules do its work")
  let spool = Setting(
    "spool", default: DefaultPaths.spool, "dir",
    "Private folder (mode 0700) for uploads in progress"
  )
  let spoolLimit = Setting(
    "spool-limit", default: 0, 0...(1 << 50), "bytes",
    "Space for all uploads in progress; 0 for three quarters of the file system")
  let keysFile = Setting(
    "keys-file", "file",
    "Digests of the keys that clients need, made by brgsa keys; read again on SIGHUP")
  let auditLog = Setting(
    "audit-log", "file", "Log of who did what, to which id; see brgsa audit --help")
  let tlsCert = Setting(
    "tls-cert", "file",
    "Speak TLS (1.2 and 1.3) with these certificates, as PEM, the service's own first; a restart reads them again"
  )
  let tlsKey = Setting(
    "tls-key", "file",
    "The certificate's private key, as PEM, in a file that is readable only by its owner and group")
  let allowedHosts = Setting(
    "allowed-hosts", "names",
    "Host names, separated by commas, that requests may name in addition to loopback and addresses; *.example.org for all names below one, * for any"
  )
  let maxConnectionsPerAddress = Setting(
    "max-connections-per-address", default: 0, 0...1000, "n",
    "Open connections of one client address, not behind a proxy; 0 for any number")
  let maxBody = Setting(
    "max-body", default: 1 << 30, 1...(1 << 40), "bytes", "Largest upload")
  let queueCapacity = Setting(
    "queue-capacity", default: 64, 0...100_000, "n",
    "Volumes, and jobs, that may wait while one is encoded")
  let deadline = Setting(
    "deadline", default: 600, 0...86_400, "seconds",
    "Time for a response before the work is cancelled; 0 for any time; jobs may take theirs")
  let memoryReserve = Setting(
    "memory-reserve", default: 256 << 20, 0...(1 << 50), "bytes",
    "Memory that must be left, on the machine and in the container, before a volume is accepted; 0 for any"
  )
  let shutdownGrace = Setting(
    "shutdown-grace", default: 25, 0...3600, "seconds", "Time for work to finish after SIGTERM")
  let logLevel = Setting(
    "log-level", default: Logger.Level.info, "level",
    "trace, debug, info, notice, warning, error or critical")
  let logFormat = Setting("log-format", default: LogFormat.text, "format", "text or json")
  let insecure = Setting("insecure", "Listen beyond loopback without keys")

  /// Debian's OpenBLAS serves at most this many callers.
  private static let threadLimit = 64

  /// The table as a list.
  var all: [any AnySetting] {
    Mirror(reflecting: self).children.compactMap { $0.value as? any AnySetting }
  }
}
