public import HTTP
public import Inference
internal import Storage
internal import StrictJSON
internal import Synchronization

/// Tells whether the service is ready for work, which `/readyz` reports. `/livez` reports only that the process is
/// alive.
public final class Readiness: Sendable {
  private let service: DiagnosisService
  /// The folder for uploads; nil if its free space is not checked.
  let spool: SpoolSpace?
  private let draining = Mutex(false)
  private let retention = Mutex<String?>(nil)

  /// Makes the readiness of `service`. If `spool` is given, the service is ready only while an upload fits into it.
  public init(_ service: DiagnosisService, spool: SpoolSpace? = nil) {
    self.service = service
    self.spool = spool
  }

  /// Marks the service as shutting down. This is the first step after SIGTERM.
  public func startDraining() { draining.withLock { $0 = true } }

  /// Sets the reason why retention waits for an operator; nil if it does not wait.
  public func setRetentionWait(_ reason: String?) { retention.withLock { $0 = reason } }

  /// True if retention waits for an operator.
  public var isRetentionWaiting: Bool { retention.withLock { $0 != nil } }

  /// True if the service accepts work.
  public var isReady: Bool {
    guard case .ready = service.modelState else { return false }
    return takesUploads && !draining.withLock { $0 }
  }

  /// The current space for uploads; nil if it is not checked.
  public var spoolFigures: SpoolSpace.Figures? { spool?.figures }

  /// True if another upload fits into the spool.
  private var takesUploads: Bool {
    guard let spool else { return true }
    return spool.figures?.takesUploads ?? false
  }

  /// The state of the store. It does not affect readiness, because diagnoses work without the store.
  private var storeState: String {
    switch service.storeState {
    case nil: "none"
    case .failed?: "failed"
    case .checking? where service.storeRoom == .ample: "checking"
    case .ok? where service.storeRoom == .ample: "ok"
    case .recovered? where service.storeRoom == .ample: "recovered"
    case .checking?, .ok?, .recovered?: service.storeRoom == .full ? "disk-full" : "disk-low"
    }
  }

  /// Instructions for the operator.
  private var notes: [String] {
    var notes: [String] = []
    switch storeState {
    case "disk-low":
      notes.append(
        "The store's disk is nearly full: diagnoses are no longer stored. Free space.")
    case "disk-full":
      notes.append(
        "The store's disk is full: only deletions are written, from a reserve. Free space.")
    case "failed":
      notes.append(
        "The store's file is unreliable, or was moved or deleted: nothing is stored. The log states the reason; a restart checks the file again."
      )
    default: break
    }
    if let off = service.storeDurability?.settingsOff, !off.isEmpty {
      notes.append(
        "The database server may lose acknowledged data, because these settings are off: \(off.joined(separator: ", ")). Set them to on."
      )
    }
    if let reason = retention.withLock({ $0 }) { notes.append(reason) }
    return notes
  }

  func response() -> Response {
    service.examineStore()
    let (status, model, selfTest): (String, String, String) =
      switch service.modelState {
      case .loading: ("model-loading", "loading", "pending")
      case .selfTestFailed: ("selftest-failed", "ok", "failed")
      case .ready: ("ready", "ok", "ok")
      }
    let isDraining = draining.withLock { $0 }
    let takesUploads = takesUploads
    let isFull = status == "ready" && !takesUploads
    let notes = notes
    let body: JSON = [
      "status": .string(isDraining ? "draining" : isFull ? "spool-full" : status),
      "checks": [
        "model": .string(model), "selftest": .string(selfTest), "store": .string(storeState),
        "spool": .string(takesUploads ? "ok" : "full"),
        "durability": service.storeDurability.map { .string($0.level.rawValue) },
        "retention": isRetentionWaiting ? "waiting" : nil,
      ],
      "notes": notes.isEmpty ? nil : .array(notes.map(JSON.string)),
    ]
    return .json(body, status: isReady ? 200 : 503)
  }
}
