public import HTTP
public import Inference
internal import Storage
internal import StrictJSON
internal import Synchronization

/// Whether the service takes work: what `/readyz` says, as opposed to `/livez`, which only says that the
/// process answers.
public final class Readiness: Sendable {
  private let service: DiagnosisService
  /// Where uploads lie; nil if nobody looks whether there is space.
  let spool: SpoolSpace?
  private let draining = Mutex(false)

  /// The readiness of `service`, which takes uploads while `spool` has space.
  public init(_ service: DiagnosisService, spool: SpoolSpace? = nil) {
    self.service = service
    self.spool = spool
  }

  /// From now on the answer is `draining`: the first thing to do on SIGTERM.
  public func startDraining() { draining.withLock { $0 = true } }

  /// Whether work is taken.
  public var isReady: Bool {
    guard case .ready = service.modelState else { return false }
    return takesUploads && !draining.withLock { $0 }
  }

  /// The space for uploads as it is now.
  public var spoolFigures: SpoolSpace.Figures? { spool?.figures }

  /// Whether the spool has space for one more upload.
  private var takesUploads: Bool {
    guard let spool else { return true }
    return spool.figures?.takesUploads ?? false
  }

  /// Findings are answered whatever the store is like, so its state does not make the service unready.
  private var storeState: String {
    switch service.storeState {
    case nil: "none"
    case .checking?: "checking"
    case .ok?: "ok"
    case .recovered?: "recovered"
    case .failed?: "failed"
    }
  }

  func response() -> Response {
    let (status, model, selfTest): (String, String, String) =
      switch service.modelState {
      case .loading: ("model-loading", "loading", "pending")
      case .selfTestFailed: ("selftest-failed", "ok", "failed")
      case .ready: ("ready", "ok", "ok")
      }
    let isDraining = draining.withLock { $0 }
    let takesUploads = takesUploads
    let isFull = status == "ready" && !takesUploads
    return .json(
      [
        "status": .string(isDraining ? "draining" : isFull ? "spool-full" : status),
        "checks": [
          "model": .string(model), "selftest": .string(selfTest), "store": .string(storeState),
          "spool": .string(takesUploads ? "ok" : "full"),
        ],
      ], status: isReady ? 200 : 503)
  }
}
