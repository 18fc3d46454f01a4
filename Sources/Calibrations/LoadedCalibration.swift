package import Encoders
internal import Tensors

/// A calibration that fits the loaded model.
public struct LoadedCalibration: Sendable, Equatable {
  /// The source of a calibration.
  public enum Source: String, Sendable {
    /// The file next to the weights.
    case model
    /// The operator of the service.
    case site
  }

  /// The document's content.
  public let calibration: Calibration
  /// The calibration's source.
  public let source: Source

  /// Thresholds by the tokens of their text, because the encoder reads only tokens.
  private let thresholds: [[Int32]: Float]

  /// Checks that `calibration` was made for `model`, and that the model distinguishes its texts.
  ///
  /// - Throws: ``CalibrationError/otherModel(model:)``, ``CalibrationError/otherCompute(_:)``,
  ///   ``CalibrationError/member(pointer:reason:)``.
  package init(_ calibration: Calibration, source: Source, for model: Model)
    throws(CalibrationError)
  {
    guard calibration.modelSHA256 == model.fingerprint else {
      throw .otherModel(model: model.fingerprint)
    }
    let compute = model.kernels.compute
    guard calibration.computes.contains(compute) else { throw .otherCompute(compute.rawValue) }
    var thresholds: [[Int32]: Float] = [:]
    var places: [[Int32]: Int] = [:]
    for (index, entry) in calibration.thresholds.enumerated() {
      let pointer = "/thresholds/\(index)/text"
      let text = model.tokenizer.tokenize(entry.text)
      guard !text.isEmpty else {
        throw .member(pointer: pointer, reason: "has no words that the model can read")
      }
      if let earlier = places.updateValue(index, forKey: text.ids) {
        throw .member(
          pointer: pointer, reason: "becomes the same tokens as /thresholds/\(earlier)/text")
      }
      thresholds[text.ids] = entry.threshold
    }
    self.calibration = calibration
    self.source = source
    self.thresholds = thresholds
  }

  /// Returns the threshold of a finding with these wordings; nil if there is none.
  ///
  /// The mean over several wordings is not the score of any of them, so it has no threshold.
  package func threshold(for texts: [TokenizedText]) -> Float? {
    guard texts.count == 1, let text = texts.first else { return nil }
    return thresholds[text.ids]
  }
}
