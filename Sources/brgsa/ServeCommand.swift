import API
import ArgumentParser
import Encoders
import Glibc
import HTTP
import Inference
import Logging
import UnixSignals

/// `brgsa serve`
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer HTTP requests for diagnoses.",
    discussion: """
      The port opens at once; /readyz answers 200 when the model has been checked and its self-test has \
      passed. SIGTERM or Ctrl-C finishes the work in hand; a second one ends at once. Every setting can \
      also be given as BRGSA_NAME or in a YAML file: see brgsa config --help.

        curl -H 'Content-Type: application/octet-stream' --data-binary @ct.nii.gz \\
             'http://127.0.0.1:8080/v1/diagnoses?prompt=pleural+effusion'
      """)

  @OptionGroup var options: ServeOptions

  func run() async throws {
    let settings = try await options.settings()
    let logger = Self.logger(settings)
    try Self.requireProtection(settings)
    let service = DiagnosisService(
      limits: Self.inferenceLimits(settings),
      calibrations: CalibrationStore(directory: settings.text(.calibrations)),
      standardCalibration: settings.text(.calibration))
    let readiness = Readiness(service)
    // Signals are caught from here on, before anyone can know that the port is open.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    // A closed terminal or a stray signal is no reason to drop work.
    for harmless in [SIGHUP, SIGUSR1, SIGUSR2] { signal(harmless, SIG_IGN) }
    let accessLog = AccessLog(logger)
    let server = try Self.start(service, readiness, settings, accessLog)
    logger.notice(
      "listening", metadata: ["host": "\(settings.text(.host))", "port": "\(server.port)"])
    let (reasons, reasonsToStop) = AsyncStream<ExitCode>.makeStream()
    let watching = Task { await Self.watch(signals, reasonsToStop, logger) }
    let loading = Task {
      if let code = await Self.load(service, settings, logger) { reasonsToStop.yield(code) }
    }
    let code = await reasons.first { _ in true } ?? .success
    readiness.startDraining()
    logger.notice("stopping", metadata: ["grace_seconds": "\(settings.number(.shutdownGrace))"])
    await server.drain(grace: .seconds(settings.number(.shutdownGrace)))
    accessLog.flush()
    logger.notice("stopped")
    // Not `exit`: arithmetic threads may still work on a volume that was given up, and exit handlers
    // would pull OpenBLAS's buffers from under them.
    withExtendedLifetime((watching, loading)) {}
    _exit(code.rawValue)
  }

  /// The first signal is a reason to stop, the second one to stop waiting.
  private static func watch(
    _ signals: UnixSignalsSequence, _ reasonsToStop: AsyncStream<ExitCode>.Continuation,
    _ logger: Logger
  ) async {
    var isStopping = false
    for await _ in signals {
      if isStopping {
        logger.warning("stopped at once by a second signal")
        _exit(128 + SIGTERM)
      }
      isStopping = true
      reasonsToStop.yield(.success)
    }
  }

  /// Nil once the model is in use, or the exit code if it never can be.
  private static func load(
    _ service: DiagnosisService, _ settings: Settings, _ logger: Logger
  ) async -> ExitCode? {
    let start = ContinuousClock.now
    do throws(ModelError) {
      try await service.load(directory: settings.text(.model), threads: settings.number(.threads))
    } catch {
      Console.complain(error, directory: settings.text(.model))
      // A failed self-test leaves the port open, so that probes can tell what is wrong.
      if case .selfTest = error { return nil }
      return .configuration
    }
    if case .ready(let loaded) = service.modelState {
      logger.notice(
        "ready",
        metadata: [
          "model": "\(loaded.model.configuration.name)",
          "sha256": "\(loaded.model.fingerprint)", "took": "\(ContinuousClock.now - start)",
        ])
      if let caveat = loaded.model.configuration.caveat {
        logger.warning("the model has a caveat", metadata: ["caveat": "\(caveat)"])
      }
      reportCalibrations(service, logger)
    }
    return nil
  }

  /// What the operator should know about thresholds before anybody relies on them.
  private static func reportCalibrations(_ service: DiagnosisService, _ logger: Logger) {
    for skipped in service.calibrations.skipped {
      logger.warning(
        "calibration skipped",
        metadata: ["file": "\(skipped.file)", "reason": "\(skipped.error)"])
    }
    let name = service.standardCalibration
    let isMissing = (try? service.calibration(named: name)) == nil
    if isMissing && !Calibration.reservedNames.contains(name) {
      logger.warning("the standard calibration is missing", metadata: ["name": "\(name)"])
    }
  }

  private static func start(
    _ service: DiagnosisService, _ readiness: Readiness, _ settings: Settings,
    _ accessLog: AccessLog
  ) throws -> Server {
    var limits = APILimits()
    limits.bodyBytes = settings.number(.maxBody)
    var configuration = ServerConfiguration(
      host: settings.text(.host), port: UInt16(clamping: settings.number(.port)),
      spoolDirectory: settings.text(.spool))
    configuration.uriByteLimit = limits.uriBytes
    configuration.allowedHosts = Set(
      settings.text(.allowedHosts).split(separator: ",").map {
        $0.filter { !$0.isWhitespace }.lowercased()
      })
    // A spool of our own that does not exist yet is made; one that does is checked by the server.
    mkdir(configuration.spoolDirectory, 0o700)
    do throws(ServerError) {
      return try Server(
        configuration: configuration,
        routes: ServiceAPI(service: service, readiness: readiness, limits: limits).routes,
        errorResponse: ServiceAPI.errorResponse,
        onRequestFinished: { accessLog.add($0) })
    } catch {
      Console.complain(ServerProblem.words(for: error, settings))
      throw ServerProblem.exitCode(for: error)
    }
  }

  private static func inferenceLimits(_ settings: Settings) -> InferenceLimits {
    var limits = InferenceLimits()
    limits.queue = settings.number(.queueCapacity)
    return limits
  }

  private static func logger(_ settings: Settings) -> Logger {
    var logger = Logger(label: "brgsa") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: settings.text(.logLevel)) ?? .info
    return logger
  }

  /// Nobody needs a key yet, so nobody beyond this machine may ask unless the operator insists.
  private static func requireProtection(_ settings: Settings) throws {
    let host = settings.text(.host)
    // Only names that need no resolver: another one may resolve to anything.
    var address = in_addr()
    let isLoopbackAddress =
      inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    let isLoopback = host == "localhost" || host == "::1" || isLoopbackAddress
    guard isLoopback || settings.flag(.insecure) else {
      Console.complain(
        "configuration: \(host) is not a loopback address and there are no keys; bind to 127.0.0.1 behind a proxy, or say --insecure"
      )
      throw ExitCode.configuration
    }
  }
}
