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

  @Option(
    name: .long,
    help: ArgumentHelp("Private folder for uploads in progress (mode 0700).", valueName: "dir"))
  var spool: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Host names, with commas, that requests may name besides loopback.", valueName: "names"))
  var allowedHosts: String?

  @Option(
    name: .long, help: ArgumentHelp("Largest upload (default: 1073741824).", valueName: "bytes"))
  var maxBody: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Volumes that may wait while one is encoded (default: 64).", valueName: "n"))
  var queueCapacity: Int?

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

  @Flag(name: .long, help: "Listen beyond loopback although there are no keys.")
  var insecure = false

  func settings() async throws -> Settings {
    var flags = model.flags
    flags[.host] = host.map(ConfigContent.string)
    flags[.port] = port.map(ConfigContent.int)
    flags[.calibration] = calibration.map(ConfigContent.string)
    flags[.calibrations] = calibrations.map(ConfigContent.string)
    flags[.spool] = spool.map(ConfigContent.string)
    flags[.allowedHosts] = allowedHosts.map(ConfigContent.string)
    flags[.maxBody] = maxBody.map(ConfigContent.int)
    flags[.queueCapacity] = queueCapacity.map(ConfigContent.int)
    flags[.shutdownGrace] = shutdownGrace.map(ConfigContent.int)
    flags[.logLevel] = logLevel.map(ConfigContent.string)
    flags[.insecure] = insecure ? .bool(true) : nil
    return try await Settings(flags: flags, file: model.config)
  }
}
