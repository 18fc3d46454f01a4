package import Encoders

/// A calibration that was found to fit the model in use.
public struct LoadedCalibration: Sendable, Equatable {
  /// Where a calibration comes from.
  public enum Source: String, Sendable {
    /// The file beside the weights.
    case model
    /// The site that uses the model.
    case site
  }

  /// What the document says.
  public let calibration: Calibration
  /// Where it comes from.
  public let source: Source

  /// By the tokens of the text: what the text encoder reads is what a threshold belongs to.
  private let thresholds: [[Int32]: Float]

  /// Checks that `calibration` was made with `model` and that its texts are different for it.
  ///
  /// - Throws: ``CalibrationError/otherModel(model:)``, ``CalibrationError/member(pointer:reason:)``.
  package init(_ calibration: Calibration, source: Source, for model: Model)
    throws(CalibrationError)
  {
    guard calibration.modelSHA256 == model.fingerprint else {
      throw .otherModel(model: model.fingerprint)
    }
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
          pointer: pointer, reason: "is equal to this model to /thresholds/\(earlier)/text")
      }
      thresholds[text.ids] = entry.threshold
    }
    self.calibration = calibration
    self.source = source
    self.thresholds = thresholds
  }

  /// The threshold of a finding with these wordings, or nil.
  ///
  /// A mean over several wordings is another score than that of any of them, so it has none.
  package func threshold(for texts: [TokenizedText]) -> Float? {
    guard texts.count == 1, let text = texts.first else { return nil }
    return thresholds[text.ids]
  }
}
