package import Encoders
internal import Tensors

/// A calibration that fits the loaded model.
public struct LoadedCalibration: Sendable, Equatable {
  /// Where a calibration comes from.
  public enum Source: String, Sendable {
    /// The calibration is the file next to the model's weights.
    case model
    /// The operator of the service provided the calibration.
    case site
  }

  /// The content of the calibration document.
  public let calibration: Calibration
  /// Where the calibration comes from.
  public let source: Source

  /// The thresholds by the tokens of their texts. Different texts with the same tokens are the same to the encoder.
  private let thresholds: [[[Int32]]: Float]

  /// Checks that `calibration` was made for `model`, and that the model distinguishes all its texts.
  ///
  /// - Throws: ``CalibrationError/otherModel(model:)``, ``CalibrationError/otherCompute(_:)``,
  ///   ``CalibrationError/otherScore(_:)`` or
  ///   ``CalibrationError/member(pointer:reason:)``.
  package init(_ calibration: Calibration, source: Source, for model: Model)
    throws(CalibrationError)
  {
    guard calibration.modelSHA256 == model.fingerprint else {
      throw .otherModel(model: model.fingerprint)
    }
    let compute = model.kernels.compute
    guard calibration.computes.contains(compute) else { throw .otherCompute(compute.rawValue) }
    let rule = model.configuration.score
    guard calibration.score == rule.kind else { throw .otherScore(rule.kind) }
    var thresholds: [[[Int32]]: Float] = [:]
    var places: [[[Int32]]: Int] = [:]
    for (index, entry) in calibration.thresholds.enumerated() {
      let pointer = "/thresholds/\(index)/text"
      let texts = [entry.text] + (entry.negative.map { [$0] } ?? [])
      let tokens = texts.map { model.tokenizer.tokenize($0) }
      guard tokens.allSatisfy({ !$0.isEmpty }) else {
        throw .member(pointer: pointer, reason: "has no words that the model can read")
      }
      let key = tokens.map(\.ids)
      if let earlier = places.updateValue(index, forKey: key) {
        throw .member(
          pointer: pointer, reason: "becomes the same tokens as /thresholds/\(earlier)/text")
      }
      thresholds[key] = entry.threshold
    }
    self.calibration = calibration
    self.source = source
    self.thresholds = thresholds
  }

  /// Returns the threshold of a finding with these texts; nil if the calibration has none.
  ///
  /// The score of a finding with several texts is a mean over these texts. No threshold was measured for this mean.
  ///
  /// - Parameter negative: The text that denies the finding, if the model scores pairs; otherwise nil.
  package func threshold(for texts: [TokenizedText], negative: TokenizedText? = nil) -> Float? {
    guard texts.count == 1, let text = texts.first else { return nil }
    return thresholds[[text.ids] + (negative.map { [$0.ids] } ?? [])]
  }
}
