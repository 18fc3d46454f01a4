import Calibrations
import Inference
import Logging
import Storage
import Telemetry
import Tensors

/// All settings, in the order in which they are shown. This is the only place that defines their names.
struct SettingTable: Sendable {
  let host = Setting("host", default: "127.0.0.1", "host", "Name or address to listen on")
  let port = Setting(
    "port", default: 8080, 0...65535, "port", "Port to listen on; 0 lets the system choose")
  let model = Setting(
    "model", default: DefaultPaths.model, "dir", "Model directory, made by Models/convert.py")
  let calibration = Setting(
    "calibration", default: "model", "name",
    "Calibration for requests that do not name one: model (the file next to the weights), none, or a name"
  ) { name in
    Calibration.reservedNames.contains(name) || Calibration.isName(name)
      ? nil : "is not model, none, or a name of a–z, 0–9 and hyphens"
  }
  let calibrations = Setting(
    "calibrations", default: "\(DefaultPaths.state)/calibrations", "dir",
    "Folder of the site's own calibrations; a lasting store imports each of them once")
  let threads = Setting(
    "threads", default: min(Processor.count, Self.threadCounts.upperBound), Self.threadCounts, "n",
    "Threads for arithmetic")
  let compute = Setting(
    "compute", default: Compute.f32, "exactness",
    "Arithmetic of the encoders: f32, or bf16, which is faster and less exact, and needs AMX or AVX512-BF16"
  )
  let kernels = Setting(
    "kernels", "name",
    "Instruction set of the encoders, such as avx512, amx or avx2; if empty, the fastest")
  let store = Setting(
    "store", default: "\(DefaultPaths.state)/brgsa.sqlite", "place",
    "File of the store, or postgresql://host/database (password in PGPASSWORD or ~/.pgpass); :memory: for a store that is lost when the process ends",
    fault: Store.addressFault)
  let persist = Setting(
    "persist", default: Persistence.embeddings, "what",
    "Data to store: embeddings (with geometry, metadata and findings), full (also report texts, and for pictures voxels and patch embeddings, the latter 6.3 MB a volume at the published size), source (full, and each volume's own file) or none"
  )
  let retentionDays = Setting(
    "retention-days", default: 0, 0...36_500, "n",
    "Days after which stored data is erased; 0 for never")
  let diagnosisLimit = Setting(
    "diagnosis-limit", default: 10 << 30, 0...(1 << 50), "bytes",
    "Limit of the size of all stored diagnoses; further ones are not stored; 0 for no limit")
  let storeReserve = Setting(
    "store-reserve", default: 64 << 20, 0...(1 << 50), "bytes",
    "Space reserved for deletions on the store's disk, at most a sixteenth of the disk; diagnoses are stored only while twice as much is free in addition; 0 for none"
  )
  let summarizerURL = Setting(
    "summarizer-url", "url",
    "URL of an OpenAI-compatible chat service that shortens reports; reports are SENT THERE; if empty, rules inside the service shorten them",
    display: .address)
  let summarizerModel = Setting(
    "summarizer-model", "name", "Model of the chat service; if empty, the chat service chooses")
  let summarizerKey = Setting(
    "summarizer-key", "key", "Key of the chat service; set it as a variable rather than in a file",
    display: .secret)
  let summarizerTimeout = Setting(
    "summarizer-timeout", default: 30, 1...600, "seconds",
    "Time limit of the chat service; after that, rules make the summary")
  let spool = Setting(
    "spool", default: DefaultPaths.spool, "dir",
    "Private folder (mode 0700) for uploads in progress"
  )
  let spoolLimit = Setting(
    "spool-limit", default: 0, 0...(1 << 50), "bytes",
    "Limit of the space of all uploads in progress; 0 for three quarters of the file system")
  let sharedUploads = Setting(
    "shared-uploads", "dir",
    "Folder for uploads of waiting jobs that all services on one PostgreSQL database share; if empty, the database stores these uploads"
  )
  let keysFile = Setting(
    "keys-file", "file",
    "File with the digests of the clients' keys, made by brgsa keys; read again on SIGHUP")
  let auditLog = Setting(
    "audit-log", "file",
    "File for the audit log, which records who did what to which id; see brgsa audit --help")
  let tlsCert = Setting(
    "tls-cert", "file",
    "Use TLS (1.2 and 1.3) with the certificates in this PEM file, the service's own first; read at start only"
  )
  let tlsKey = Setting(
    "tls-key", "file",
    "The certificate's private key, as PEM, in a file that is readable only by its owner and group")
  let allowedHosts = Setting(
    "allowed-hosts", "names",
    "Host names that requests may use in addition to localhost and addresses, separated by commas; *.example.org for all names below example.org, * for any",
    fault: HostNames.fault)
  let trustedProxies = Setting(
    "trusted-proxies", "addresses",
    "Addresses of reverse proxies, or networks such as 10.0.0.0/8, separated by commas; their X-Forwarded-Prefix is used in URLs",
    fault: ProxyAddresses.fault)
  let maxConnectionsPerAddress = Setting(
    "max-connections-per-address", default: 0, 0...1000, "n",
    "Limit of open connections of one client address; do not set it behind a proxy; 0 for no limit")
  let maxBody = Setting(
    "max-body", default: 1 << 30, 1...(1 << 40), "bytes", "Largest upload")
  let queueCapacity = Setting(
    "queue-capacity", default: 64, 0...100_000, "n",
    "Number of volumes, and of jobs, that may wait while one is encoded")
  let deadline = Setting(
    "deadline", default: 600, 0...86_400, "seconds",
    "Time limit of a response, after which the work is cancelled; 0 for no limit; jobs have no limit"
  )
  let memoryReserve = Setting(
    "memory-reserve", default: 256 << 20, 0...(1 << 50), "bytes",
    "Free memory, on the machine and in the container, that is required to accept a volume; 0 for none"
  )
  let shutdownGrace = Setting(
    "shutdown-grace", default: 25, 0...3600, "seconds",
    "Time for running work to finish after SIGTERM")
  let logLevel = Setting(
    "log-level", default: Logger.Level.info, "level",
    "trace, debug, info, notice, warning, error or critical")
  let logFormat = Setting("log-format", default: LogFormat.text, "format", "text or json")
  let insecure = Setting("insecure", "Listen beyond loopback without keys")

  /// The allowed numbers of threads. A volume of the published size has work for 86 threads; see Performance.md.
  static let threadCounts = 1...128

  /// All settings in this table.
  var all: [any AnySetting] {
    Mirror(reflecting: self).children.compactMap { $0.value as? any AnySetting }
  }
}
