import API
import Archives
import ArgumentParser
import Calibrations
import CommandLineSupport
import DICOM
import Encoders
import Files
import Glibc
import HTTP
import Inference
import Jobs
import Logging
import Storage
import StrictJSON
import Telemetry
import Tensors

/// The command `brgsa serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve diagnoses over HTTP",
    discussion: """
      The port opens immediately. /readyz responds with 200 when the model has been checked and its \
      self-test has passed. After SIGTERM or Ctrl-C, the service finishes running work and ends. After a \
      second signal, it ends immediately. Every setting can also be set by a variable BRGSA_NAME or in a \
      YAML file: see brgsa config --help.

        curl -H 'Content-Type: application/octet-stream' --data-binary @ct.nii.gz \\
             'http://127.0.0.1:8080/v1/diagnoses?prompt=pleural+effusion'
      """)

  @OptionGroup var options: SettingOptions<ServiceSettings>

  func run() async throws {
    Settings.reportUnknownVariables()
    let settings = try options.settings()
    let logger = settings.logger
    try Self.requireProtection(settings)
    let kernels = try settings.arithmetic()
    let keys = try Self.keys(settings)
    let tls = try Self.tls(settings)
    try settings.requireSharedUploads()
    let summarizer = try ChatService.configured(settings, logger)
    // Check all settings above this line, before the service writes any file.
    let audit = try Self.auditLog(settings, logger)
    let persistence = Persistence(rawValue: settings.persist) ?? .embeddings
    let store = persistence == .none ? nil : try Self.store(settings, logger)
    let storeFile = store == nil ? nil : try settings.storeFile()
    let attempts = UploadAttempts(
      path: storeFile.map { "\($0).attempts" })
    let service = DiagnosisService(
      limits: Self.inferenceLimits(settings),
      calibrations: CalibrationStore(directory: settings.calibrations),
      standardCalibration: settings.calibration, store: store, persistence: persistence,
      summarizer: summarizer,
      series: SeriesConverter(workFolder: settings.spool), attempts: attempts)
    let spool = SpoolSpace(
      directory: settings.spool, byteLimit: settings.spoolLimit)
    let readiness = Readiness(service, spool: spool)
    // Catch signals before the port opens. From then on, clients expect an orderly shutdown.
    let (signals, signalled) = AsyncStream<Int32>.makeStream()
    let caughtSignals = CaughtSignals([SIGTERM, SIGINT, SIGHUP]) { signalled.yield($0) }
    // The service does not use these signals, but by default they would end it.
    for harmless in [SIGUSR1, SIGUSR2] { signal(harmless, SIG_IGN) }
    let accessLog = AccessLog(logger)
    let metrics = ServiceMetrics(version: ServiceAPI.version)
    let gauges = ServiceGauges(metrics, service, readiness)
    let api = ServiceAPI(
      service: service, readiness: readiness, limits: Self.limits(settings),
      uploads: settings.uploads(store, storeFile),
      metrics: { gauges.text() })
    let server = try Self.start(api, settings, keys, tls, spool) { record in
      accessLog.add(record)
      metrics.add(record)
      audit?.add(record)
    }
    gauges.observe(server, api)
    logger.notice(
      "listening",
      metadata: [
        "host": "\(settings.host)", "port": "\(server.port)",
        "tls": "\(!settings.tlsCert.isEmpty)",
      ])
    let (reasons, reasonsToStop) = AsyncStream<ExitCode>.makeStream()
    store?.onLostWrite { error in
      logger.critical(
        error == .displaced
          ? "the store's file was deleted, moved or hard-linked; nothing more is stored"
          : error == .inUse
            ? "another process has taken over the database; nothing more is stored"
            : "a write did not reach the disk; a restart will check the store")
      Task {
        // Before the service stops, refuse current requests and give probes time to read the reason.
        if error == .displaced { try? await Task.sleep(for: .seconds(2)) }
        reasonsToStop.yield(.failure)
      }
    }
    let watching = Task {
      await Self.watch(signals, reasonsToStop, logger, attempts) {
        Self.readAgain(settings.keysFile, keys, logger, audit)
      }
    }
    let loading = Task {
      if let code = await Self.load(service, settings, kernels, logger) {
        reasonsToStop.yield(code)
      }
      service.startCheckingStore { Self.report($0, logger) }
      async let jobs: Void = api.jobs.run()
      async let watch: Void = Self.watchStore(service)
      await Retention(
        days: settings.retentionDays, store: storeFile ?? settings.store, readiness, logger
      ).keep(service)
      await watch
      await jobs
    }
    let code = await reasons.first { _ in true } ?? .success
    readiness.startDraining()
    logger.notice("stopping", metadata: ["grace_seconds": "\(settings.shutdownGrace)"])
    await server.drain(grace: .seconds(settings.shutdownGrace))
    await api.jobs.releaseRunningJob()
    attempts.release()
    accessLog.flush()
    audit?.add("stop")
    audit?.flush()
    store?.close()
    logger.notice("stopped")
    // Do not call `exit`: its exit handlers release OpenBLAS's buffers, which threads may still use for a cancelled
    // volume.
    withExtendedLifetime((watching, loading, caughtSignals)) {}
    _exit(code.rawValue)
  }

  /// Handles signals. After the first SIGTERM or SIGINT, the service finishes its work and stops. After the second, it
  /// ends at once. After SIGHUP, it reads the keys again.
  private static func watch(
    _ signals: AsyncStream<Int32>, _ reasonsToStop: AsyncStream<ExitCode>.Continuation,
    _ logger: Logger, _ attempts: UploadAttempts, reread: () -> Void
  ) async {
    var isStopping = false
    for await signal in signals {
      if signal == SIGHUP {
        reread()
        continue
      }
      if isStopping {
        attempts.release()
        logger.warning("a second signal stopped the service at once")
        _exit(128 + SIGTERM)
      }
      isStopping = true
      reasonsToStop.yield(.success)
    }
  }

  /// Loads the model. Returns an exit code if the service must end because the model is unusable; otherwise nil.
  private static func load(
    _ service: DiagnosisService, _ settings: Settings, _ kernels: Kernels, _ logger: Logger
  ) async -> ExitCode? {
    let start = ContinuousClock.now
    do throws(ModelError) {
      let failure = try await service.load(
        directory: settings.model, threads: settings.threads, kernels: kernels)
      if let failure {
        logger.error("the store is unreadable", metadata: ["reason": "\(failure)"])
      }
    } catch {
      Console.note(CommandFailure(error, model: settings.model).message)
      // After a failed self-test, keep running so that probes can report the fault.
      if case .selfTest = error { return nil }
      return .configuration
    }
    if case .ready(let loaded) = service.modelState {
      logger.notice(
        "ready",
        metadata: [
          "model": "\(loaded.model.configuration.name)",
          "sha256": "\(loaded.model.fingerprint)", "kernels": "\(loaded.kernelsName)",
          "volumes": "\(service.archive?.volumeCount ?? 0)",
          "took": "\(ContinuousClock.now - start)",
        ])
      if let caveat = loaded.model.configuration.caveat {
        logger.warning("the model has a notice", metadata: ["caveat": "\(caveat)"])
      }
      reportCalibrations(service, logger)
    }
    return nil
  }

  /// Opens the store with the configured limits. Logs when its disk becomes full or has space again.
  private static func store(_ settings: Settings, _ logger: Logger) throws -> Store {
    var limits = StoreLimits()
    limits.reserveBytes = settings.storeReserve
    limits.diagnosisBytes = settings.diagnosisLimit
    // If this fails, opening the store says why.
    try? DefaultPaths.createFolder(of: settings.store)
    let store = try Store.opened(settings.store, limits)
    MigrationCopies(store: settings.store, logger: logger).report()
    store.onRoomChange { room in
      switch room {
      case .ample: logger.notice("the store's disk has space again")
      case .low:
        logger.warning("the store's disk is nearly full: diagnoses are no longer stored")
      case .full: logger.warning("the store's disk is full: only deletions are written")
      }
    }
    store.onDurabilityChange { report($0, logger) }
    store.examineSurroundings()
    return store
  }

  /// Checks every few seconds that the store's file is still at its path and that its disk has space.
  private static func watchStore(_ service: DiagnosisService) async {
    while !Task.isCancelled {
      service.examineStore()
      try? await Task.sleep(for: .seconds(5))
    }
  }

  /// Logs the result of checking the store's file.
  private static func report(_ state: StoreState, _ logger: Logger) {
    switch state {
    case .checking: break
    case .ok: logger.info("the store is sound")
    case .recovered(let name):
      logger.error(
        "the store was damaged; its readable data was saved", metadata: ["set_aside": "\(name)"])
    case .failed: logger.error("the store is unreliable")
    }
  }

  private static func limits(_ settings: Settings) -> APILimits {
    var limits = APILimits()
    limits.bodyBytes = settings.maxBody
    limits.deadlineSeconds = settings.deadline
    return limits
  }

  private static func start(
    _ api: ServiceAPI, _ settings: Settings, _ keys: KeyRing, _ tls: TLSIdentity?,
    _ spool: SpoolSpace,
    onRequestFinished: @escaping @Sendable (RequestRecord) -> Void
  ) throws -> Server {
    var configuration = ServerConfiguration(
      host: settings.host, port: UInt16(clamping: settings.port),
      spoolDirectory: spool.directory)
    configuration.spool = spool
    configuration.uriByteLimit = api.limits.uriBytes
    configuration.tls = tls
    configuration.addressConnectionLimit = settings.maxConnectionsPerAddress
    configuration.allowedHosts = allowedHosts(settings)
    configuration.trustedProxies = HostNames.list(settings.trustedProxies)
    // Create the spool folder if it is missing. The server checks an existing one.
    mkdir(spool.directory, 0o700)
    do throws(ServerError) {
      return try Server(
        configuration: configuration,
        routes: api.routes,
        keys: keys,
        errorResponse: ServiceAPI.errorResponse,
        onRequestFinished: onRequestFinished)
    } catch {
      throw CommandFailure(error, settings)
    }
  }

  /// Returns the host names that requests may use: the setting `allowed-hosts` and the service's own host.
  private static func allowedHosts(_ settings: Settings) -> Set<String> {
    let hosts = HostNames.list(settings.allowedHosts)
    let own = settings.host
    return Set(hosts + (ServerConfiguration.isHostPattern(own) && own != "*" ? [own] : []))
  }

  /// Returns the service's certificates and private key; nil if TLS is not configured.
  private static func tls(_ settings: Settings) throws -> TLSIdentity? {
    guard !settings.tlsCert.isEmpty || !settings.tlsKey.isEmpty else { return nil }
    func bytes(_ setting: Setting<String>, _ path: String, forbiddenMode: mode_t) throws -> [UInt8]
    {
      guard !path.isEmpty else {
        throw CommandFailure.configuration(
          "\(setting.name): a certificate requires its key, and a key its certificate")
      }
      do throws(PrivateFile.Fault) {
        return try PrivateFile(path: path, forbiddenMode: forbiddenMode).bytes()
      } catch {
        throw CommandFailure.configuration("\(setting.name): \(path): \(error.words)")
      }
    }
    // Everyone may read the certificates. A group, such as Debian's ssl-cert, may read the private key.
    return TLSIdentity(
      certificates: try bytes(Settings.table.tlsCert, settings.tlsCert, forbiddenMode: 0),
      key: try bytes(Settings.table.tlsKey, settings.tlsKey, forbiddenMode: 0o007))
  }

  private static func inferenceLimits(_ settings: Settings) -> InferenceLimits {
    var limits = InferenceLimits()
    limits.queue = settings.queueCapacity
    limits.memoryReserve = settings.memoryReserve
    return limits
  }

  /// Returns the clients' keys; none if no keys file is configured.
  private static func keys(_ settings: Settings) throws -> KeyRing {
    let path = settings.keysFile
    guard !path.isEmpty else { return KeyRing() }
    let file = KeyFile(path: path)
    return KeyRing(
      try KeysOptions.using(file) { try file.keys() })
  }

  /// Opens the audit log; nil if none is configured. If it cannot be opened, the service does not start.
  private static func auditLog(_ settings: Settings, _ logger: Logger) throws -> AuditLog? {
    let path = settings.auditLog
    guard !path.isEmpty else { return nil }
    do throws(AuditError) {
      let log = try AuditLog(path: path, logger)
      log.add("start", ["version": .string(ServiceAPI.version)])
      return log
    } catch {
      let reason =
        switch error {
        case .system(let code): FileError.words(for: code)
        case .inUse: "another process is writing to it"
        case .openToOthers: "must be readable and writable only by its owner; run chmod 600"
        case .foreign: "its last line is not from an audit log; use another file"
        }
      throw CommandFailure("audit log \(path): \(reason)", .configuration)
    }
  }

  /// Reads the keys again after a SIGHUP. If the file cannot be read, the previous keys stay in use.
  ///
  /// SIGHUP is also sent when a terminal closes. Reading the keys then does no harm.
  private static func readAgain(
    _ path: String, _ keys: KeyRing, _ logger: Logger, _ audit: AuditLog?
  ) {
    guard keys.isInUse else { return }
    do throws(KeyFile.Fault) {
      let list = try KeyFile(path: path).keys()
      keys.replace(with: list)
      logger.notice("the keys were read again", metadata: ["count": "\(list.count)"])
      audit?.add("keys", ["count": .integer(list.count)])
    } catch {
      logger.error(
        "the keys could not be read again; the previous ones stay in use",
        metadata: ["reason": "\(error.words)"])
    }
  }

  /// Refuses to listen beyond loopback without keys, unless `--insecure` is set.
  private static func requireProtection(_ settings: Settings) throws {
    let host = settings.host
    // Only numeric addresses and `localhost` count as loopback, because other names may resolve to any address.
    var address = in_addr()
    let isLoopbackAddress =
      inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    let isLoopback = host == "localhost" || host == "::1" || isLoopbackAddress
    guard isLoopback || settings.insecure || !settings.keysFile.isEmpty else {
      throw CommandFailure.configuration(
        "\(URLSecrets.hidden(in: host)) is not a loopback address, and keys are missing; make keys (brgsa keys --help) and name them with --keys-file, listen on 127.0.0.1 behind a proxy, or use --insecure"
      )
    }
  }
}
