internal import Formats

/// The ROC curve of one label as inline SVG with a caption.
struct ROCFigure {
  let name: String
  let evaluation: LabelEvaluation
  /// A number that makes the ids of the figure's HTML elements unique within the page.
  let index: Int

  /// The side length of the square plot, in SVG units. ``margin`` is the space for an axis title.
  private static let side = 200.0
  private static let margin = 24.0

  /// The HTML `figure` element.
  var html: String {
    let name = HTMLText.escaped(name)
    let area = FixedDecimals.percent(evaluation.metrics.auroc)
    let point = evaluation.operatingPoint
    let (x, y) = (Self.x(point.falsePositiveRate), Self.y(point.truePositiveRate))
    return """
      <figure>
      <svg viewBox="0 0 232 232" role="img" aria-labelledby="roc-title-\(index) roc-text-\(index)">
      <title id="roc-title-\(index)">ROC curve of \(name): AUROC \(area) %</title>
      <desc id="roc-text-\(index)">\(description)</desc>
      <rect class="frame" x="24" y="8" width="200" height="200"/>
      <line class="chance" x1="24" y1="208" x2="224" y2="8"/>
      <polyline class="curve" points="\(points)"/>
      <circle class="point" cx="\(x)" cy="\(y)" r="4"/>
      <text x="124" y="225" text-anchor="middle">false positive rate</text>
      <text x="15" y="108" text-anchor="middle" transform="rotate(-90 15 108)">true positive rate</text>
      </svg>
      <figcaption><strong>\(name)</strong><br>AUROC \(area)</figcaption>
      </figure>
      """
  }

  private var description: String {
    let point = evaluation.operatingPoint
    let threshold = FixedDecimals.text(point.threshold, decimals: 6)
    let (sensitivity, falseAlarms) = (
      FixedDecimals.percent(point.truePositiveRate), FixedDecimals.percent(point.falsePositiveRate)
    )
    return """
      At the marked threshold \(threshold), \(sensitivity) % of the positives and \(falseAlarms) % \
      of the negatives are predicted positive.
      """
  }

  /// The points of the curve, rounded to a tenth of a unit. A point equal to the previous one is omitted.
  private var points: String {
    var texts: [String] = []
    for (across, up) in zip(
      evaluation.curve.falsePositiveRates, evaluation.curve.truePositiveRates)
    {
      let text = "\(Self.x(across)),\(Self.y(up))"
      if text != texts.last { texts.append(text) }
    }
    return texts.joined(separator: " ")
  }

  private static func x(_ rate: Double) -> String {
    FixedDecimals.text(margin + rate * side, decimals: 1)
  }

  private static func y(_ rate: Double) -> String {
    FixedDecimals.text(side + 8 - rate * side, decimals: 1)
  }
}
