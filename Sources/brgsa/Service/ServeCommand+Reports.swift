import Calibrations
import Inference
import Logging
import Storage

extension ServeCommand {
  /// Logs what an acknowledged write survives.
  static func report(_ durability: StoreDurability, _ logger: Logger) {
    let place =
      switch durability.level {
      case .primary: "acknowledged data is on one database server, and a failover may lose it"
      case .quorum: "acknowledged data is on the database server and on a standby"
      }
    logger.notice("\(place)", metadata: ["durability": "\(durability.level)"])
    guard !durability.settingsOff.isEmpty else { return }
    let settings = durability.settingsOff.joined(separator: ", ")
    logger.warning(
      "the database server may lose acknowledged data", metadata: ["reason": "off: \(settings)"])
  }

  /// Logs which calibrations were imported and which cannot be used, and whether the default calibration is missing.
  static func reportCalibrations(_ service: DiagnosisService, _ logger: Logger) {
    for report in service.calibrationReports {
      guard report.outcome != .imported else {
        logger.notice("calibration imported into the store", metadata: ["file": "\(report.name)"])
        continue
      }
      let reason =
        switch report.outcome {
        case .imported: ""
        case .differs: "the store has another calibration of this name, which is used"
        case .deleted: "the calibration of this name was deleted; PUT it to use it again"
        case .notStored(let error): "the store refused it (\(error)); a restart tries again"
        case .unusable(let error): "\(error)"
        }
      logger.warning(
        "calibration skipped", metadata: ["file": "\(report.name)", "reason": "\(reason)"])
    }
    let name = service.standardCalibration
    let isMissing = (try? service.calibration(named: name)) == nil
    if isMissing && !Calibration.reservedNames.contains(name) {
      logger.warning("the default calibration is missing", metadata: ["name": "\(name)"])
    }
  }
}
