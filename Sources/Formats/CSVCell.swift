/// Cells of CSV tables that people open in spreadsheet programs.
///
/// A spreadsheet program calculates a cell that starts with =, +, - or @. Some ignore characters
/// without a shape before that sign, and some read the full-width and small forms of it.
public enum CSVCell {
  /// One record with its line end, CR LF, as RFC 4180 has it.
  public static func line(_ fields: some Sequence<String>) -> String {
    fields.map(cell).joined(separator: ",") + "\r\n"
  }

  /// One field as it is written in a record: neutralised, and quoted if it holds a comma, a quote, a line break or an outer
  /// space.
  public static func cell(_ field: String) -> String {
    let text = neutralised(field)
    // By scalar and not by character: CR LF is one character, and a mark may cling to a comma.
    let scalars = text.unicodeScalars
    let needsQuotes =
      scalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
      || scalars.first == " " || scalars.last == " "
    guard needsQuotes else { return text }
    var result = "\"".unicodeScalars
    for scalar in scalars {
      if scalar == "\"" { result.append(scalar) }
      result.append(scalar)
    }
    result.append("\"")
    return String(result)
  }

  /// The text with an apostrophe in front if a spreadsheet program might calculate it.
  ///
  /// Numbers stay numbers. ``restored(_:)`` reverses it for every text.
  public static func neutralised(_ text: String) -> String {
    startsFormula(text.unicodeScalars.drop { $0 == "'" }) ? "'" + text : text
  }

  /// The text that ``neutralised(_:)`` made a cell of.
  public static func restored(_ cell: String) -> String {
    let scalars = cell.unicodeScalars
    guard scalars.first == "'", startsFormula(scalars.drop { $0 == "'" }) else { return cell }
    return String(scalars.dropFirst())
  }

  private static func startsFormula(_ text: Substring.UnicodeScalarView) -> Bool {
    guard let first = text.first, !isNumber(text) else { return false }
    if first.properties.generalCategory == .control { return true }
    return text.first { !isIgnored($0) }.map(signs.contains) ?? false
  }

  /// The signs in plain, full-width, small, raised and lowered form, and the minus sign.
  private static let signs = Set(
    "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋\u{2212}\u{FE63}".unicodeScalars)

  /// Spaces, controls, and what has no shape of its own.
  private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    if properties.isWhitespace || properties.isDefaultIgnorableCodePoint { return true }
    return switch properties.generalCategory {
    case .control, .format, .nonspacingMark, .enclosingMark, .spacingMark, .unassigned: true
    default: false
    }
  }

  /// Whether the text is a plain decimal number, such as -0.25 or 1e-05.
  private static func isNumber(_ text: Substring.UnicodeScalarView) -> Bool {
    text.allSatisfy { "0123456789.eE+-".unicodeScalars.contains($0) }
      && Double(String(text)) != nil
  }
}
