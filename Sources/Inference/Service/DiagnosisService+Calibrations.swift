public import Calibrations

extension DiagnosisService {
  /// Returns the calibration that a request asks for; nil for no thresholds.
  ///
  /// - Parameter name: `none` for no thresholds, `model` for the calibration next to the weights, or the name of a
  ///   custom calibration. If this is nil, the service's default applies. If the default does not exist, the request
  ///   has no thresholds.
  /// - Throws: ``InferenceError/unknownCalibration``, ``InferenceError/modelLoading``,
  ///   ``InferenceError/selfTestFailed``.
  public func calibration(named name: String?) throws(InferenceError) -> LoadedCalibration? {
    let model = try requireModel()
    let calibration: LoadedCalibration? =
      switch name ?? standardCalibration {
      case "none": nil
      case "model": model.calibration
      case let site: calibrations.named(site)
      }
    let mustExist = name.map { $0 != "none" } ?? false
    guard calibration != nil || !mustExist else { throw .unknownCalibration }
    return calibration
  }
}
