import Archives
import Calibrations
import CheckedNumbers
import Diagnoses
import Embeddings
import Formats
import Inference
import Volumes

/// Formats a diagnosis as text for people and as CSV.
struct DiagnosisTable {
  let file: String
  let diagnosis: Diagnosis
  let allComponents: Bool
  /// The notice that every response contains.
  let notice: String
  /// The rule that made the scores.
  let scoreKind: String

  private typealias Column = (name: String, value: any KeyPath<ZeroShotScore, Float> & Sendable)

  private static let columns: [Column] = [
    ("direct", \.direct), ("bridged", \.bridged), ("direct_bridged_text", \.directBridgedText),
    ("bridged_both", \.bridgedBoth),
  ]

  /// The columns for thresholds. Without a calibration, they are empty in ``csv`` and omitted from ``text``.
  private static let thresholdColumns = ["threshold", "positive"]

  /// The columns that repeat the remarks in each row, so that a copied row still contains them.
  private static let remarkColumns = ["decision", "warnings", "notice", "score_kind"]

  private var hasThresholds: Bool { diagnosis.calibration != nil }

  private static func columns(_ all: Bool) -> ArraySlice<Column> {
    columns.prefix(all ? 4 : 2)
  }

  /// The notice, the warnings, and a table with aligned columns. The highest score comes first.
  var text: String {
    let width = diagnosis.findings.reduce(7) { max($0, $1.prompt.label.count) }
    let names =
      ["score"] + Self.columns(allComponents).map(\.name)
      + (hasThresholds ? Self.thresholdColumns : [])
    var lines = [file, "  notice: \(notice)"]
    lines += warnings.map { "  warning: \($0)" }
    lines.append(
      "  rank  \(Self.pad("finding", width))  "
        + names.map { Self.pad($0, 10) }.joined(separator: "  "))
    for finding in diagnosis.findings {
      let values = [finding.score] + Self.columns(allComponents).map { finding.mean($0.value) }
      var cells = values.map(Self.fixed)
      if hasThresholds {
        cells += [
          finding.threshold.map(Self.fixed) ?? " -",
          finding.decision.reservation ?? finding.isPositive.map { $0 ? "yes" : "no" } ?? "-",
        ]
      }
      let numbers = cells.map { Self.pad($0, 10) }.joined(separator: "  ")
      lines.append(
        "  \(Self.pad(String(finding.rank), 4))  \(Self.pad(finding.prompt.label, width))  \(numbers)"
      )
    }
    return lines.joined(separator: "\n")
  }

  private var warnings: [String] {
    diagnosis.volume.description.warnings.map { "\($0.code): \($0.detail)" }
  }

  /// Returns the header of ``csv``.
  static func csvHeader(allComponents: Bool) -> String {
    (["file", "rank", "index", "label", "score"] + columns(allComponents).map(\.name)
      + thresholdColumns + remarkColumns)
      .joined(separator: ",")
  }

  /// One row of CSV for each finding, highest score first.
  var csv: String {
    diagnosis.findings.map { finding in
      let values = [finding.score] + Self.columns(allComponents).map { finding.mean($0.value) }
      return
        ([
          CSVCell.cell(file), String(finding.rank), String(finding.index),
          CSVCell.cell(finding.prompt.label),
        ]
        + values.map(\.description)
        + [
          finding.threshold?.description ?? "", finding.isPositive?.description ?? "",
          finding.decision.rawValue, CSVCell.cell(warnings.joined(separator: " ")),
          CSVCell.cell(notice), scoreKind,
        ]).joined(separator: ",")
    }.joined(separator: "\n")
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }

  /// Returns a number with four decimals. Numbers that are not negative get a leading space.
  private static func fixed(_ value: Float) -> String {
    let scaled = Int(nearest: Double(value) * 10_000, clampedTo: -1_000_000_000...1_000_000_000)
    let digits = String(abs(scaled))
    let padded = String(repeating: "0", count: max(5 - digits.count, 0)) + digits
    return (scaled < 0 ? "-" : " ") + padded.dropLast(4) + "." + padded.suffix(4)
  }
}
