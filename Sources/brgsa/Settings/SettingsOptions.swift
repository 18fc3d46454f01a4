import ArgumentParser
import Configuration

/// Flags that every command with a model takes.
struct ModelOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Model directory.", valueName: "dir"))
  var model: String?

  @Option(
    name: .long, help: ArgumentHelp("Threads for arithmetic (default: cores).", valueName: "n"))
  var threads: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "YAML file with settings; flags and BRGSA_… variables go before it.", valueName: "file"))
  var config: String?

  var flags: [Setting: ConfigContent] {
    var flags: [Setting: ConfigContent] = [:]
    flags[.model] = model.map(ConfigContent.string)
    flags[.threads] = threads.map(ConfigContent.int)
    return flags
  }

  func settings() async throws -> Settings { try await Settings(flags: flags, file: config) }
}

/// The flag of every command that uses the store.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "File of what is kept, or :memory: (default: data/brgsa.sqlite of the checkout, else the system's state folder).",
      valueName: "file"))
  var store: String?
}

/// Flags of the service.
struct ServeOptions: ParsableArguments {
  @OptionGroup var model: ModelOptions

  @Option(name: .long, help: "Name or address to listen on (default: 127.0.0.1).")
  var host: String?

  @Option(name: .long, help: "Port to listen on; 0 lets the system choose (default: 8080).")
  var port: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Thresholds of requests that choose none: model, none or a name (default: model).",
      valueName: "name"))
  var calibration: String?

  @Option(
    name: .long, help: ArgumentHelp("Folder of the site's own thresholds.", valueName: "dir"))
  var calibrations: String?

  @OptionGroup var storeOptions: StoreOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What is kept: embeddings, full (texts of reports, and voxels to look at, too) or none (default: embeddings).",
      valueName: "what"))
  var persist: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Days after which what is kept is erased (default: 0, never).", valueName: "n"))
  var retentionDays: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "All stored diagnoses together; further ones are not stored; 0 for any (default: 10737418240).",
      valueName: "bytes"))
  var diagnosisLimit: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Held back on the store's disk, a sixteenth of it at most, so that deletions work when it is full (default: 67108864).",
      valueName: "bytes"))
  var storeReserve: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "OpenAI-compatible chat service that shortens reports, which are SENT THERE (default: none; rules do it here).",
      valueName: "url"))
  var summarizerURL: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The chat service's model (default: its own choice).", valueName: "name"))
  var summarizerModel: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Time for the chat service, before rules do its work (default: 30).", valueName: "seconds"))
  var summarizerTimeout: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Private folder for uploads in progress (mode 0700).", valueName: "dir"))
  var spool: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Space for all uploads in progress (default: 0, three quarters of the file system).",
      valueName: "bytes"))
  var spoolLimit: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Keys that clients need, made by brgsa keys; read again on SIGHUP (default: none).",
      valueName: "file"))
  var keysFile: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Log of who did what, to which id; see brgsa audit --help (default: none).", valueName: "file"
    ))
  var auditLog: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Speak TLS (1.2 and 1.3) with these certificates, as PEM, the service's own first. A restart reads them again.",
      valueName: "file"))
  var tlsCert: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The certificate's private key, as PEM, in a file that is not everybody's.",
      valueName: "file"))
  var tlsKey: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Host names, with commas, that requests may name besides loopback.", valueName: "names"))
  var allowedHosts: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Open connections of one client address; not behind a proxy (default: 0, any number).",
      valueName: "n"))
  var maxConnectionsPerAddress: Int?

  @Option(
    name: .long, help: ArgumentHelp("Largest upload (default: 1073741824).", valueName: "bytes"))
  var maxBody: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Volumes, and jobs, that may wait while one is encoded (default: 64).", valueName: "n"))
  var queueCapacity: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Time that an answer may take before the work is given up; 0 for any (default: 600). Jobs may take theirs.",
      valueName: "seconds"))
  var deadline: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Memory that must be left, on the machine and in the container, before a volume is taken in; 0 for any (default: 268435456).",
      valueName: "bytes"))
  var memoryReserve: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Time for work to finish after SIGTERM (default: 25).", valueName: "seconds"))
  var shutdownGrace: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "trace, debug, info, notice, warning, error or critical (default: info).",
      valueName: "level"))
  var logLevel: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Log lines as text or json (default: text).", valueName: "format"))
  var logFormat: String?

  @Flag(name: .long, help: "Listen beyond loopback without keys.")
  var insecure = false

  func settings() async throws -> Settings {
    SettingsVariables.reportUnknown()
    var flags = model.flags
    flags[.host] = host.map(ConfigContent.string)
    flags[.port] = port.map(ConfigContent.int)
    flags[.calibration] = calibration.map(ConfigContent.string)
    flags[.calibrations] = calibrations.map(ConfigContent.string)
    flags[.store] = storeOptions.store.map(ConfigContent.string)
    flags[.persist] = persist.map(ConfigContent.string)
    flags[.retentionDays] = retentionDays.map(ConfigContent.int)
    flags[.diagnosisLimit] = diagnosisLimit.map(ConfigContent.int)
    flags[.storeReserve] = storeReserve.map(ConfigContent.int)
    flags[.summarizerURL] = summarizerURL.map(ConfigContent.string)
    flags[.summarizerModel] = summarizerModel.map(ConfigContent.string)
    flags[.summarizerTimeout] = summarizerTimeout.map(ConfigContent.int)
    flags[.spool] = spool.map(ConfigContent.string)
    flags[.spoolLimit] = spoolLimit.map(ConfigContent.int)
    flags[.keysFile] = keysFile.map(ConfigContent.string)
    flags[.auditLog] = auditLog.map(ConfigContent.string)
    flags[.tlsCert] = tlsCert.map(ConfigContent.string)
    flags[.tlsKey] = tlsKey.map(ConfigContent.string)
    flags[.allowedHosts] = allowedHosts.map(ConfigContent.string)
    flags[.maxConnectionsPerAddress] = maxConnectionsPerAddress.map(ConfigContent.int)
    flags[.maxBody] = maxBody.map(ConfigContent.int)
    flags[.queueCapacity] = queueCapacity.map(ConfigContent.int)
    flags[.deadline] = deadline.map(ConfigContent.int)
    flags[.memoryReserve] = memoryReserve.map(ConfigContent.int)
    flags[.shutdownGrace] = shutdownGrace.map(ConfigContent.int)
    flags[.logLevel] = logLevel.map(ConfigContent.string)
    flags[.logFormat] = logFormat.map(ConfigContent.string)
    flags[.insecure] = insecure ? .bool(true) : nil
    return try await Settings(flags: flags, file: model.config)
  }
}
