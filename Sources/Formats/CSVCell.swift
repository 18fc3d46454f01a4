/// Makes cells for CSV tables that people open in a spreadsheet program.
///
/// Spreadsheet programs evaluate cells that start with `=`, `+`, `-` or `@`. Some ignore invisible characters before
/// the sign, and some accept its full-width and small forms.
public enum CSVCell {
  /// Returns one record with its line ending, CR LF (RFC 4180).
  public static func line(_ fields: some Sequence<String>) -> String {
    fields.map(cell).joined(separator: ",") + "\r\n"
  }

  /// Returns one field of a record, made safe against evaluation. It is quoted if it contains a comma, a quote or a
  /// line break, or if it starts or ends with a space.
  public static func cell(_ field: String) -> String {
    let text = neutralised(field)
    // Compare scalars, not characters: CR LF is one character, and a comma with a combining mark is another.
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

  /// Returns the text, with a leading apostrophe if a spreadsheet program might evaluate it.
  ///
  /// Numbers do not change. ``restored(_:)`` reverses this function for every text.
  public static func neutralised(_ text: String) -> String {
    startsFormula(text.unicodeScalars.drop { $0 == "'" }) ? "'" + text : text
  }

  /// Returns the original text of a cell that ``neutralised(_:)`` made.
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

  /// The signs in plain, full-width, small, superscript and subscript forms, and the minus sign.
  private static let signs = Set(
    "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋\u{2212}\u{FE63}".unicodeScalars)

  /// True for spaces, control characters and invisible characters.
  private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    if properties.isWhitespace || properties.isDefaultIgnorableCodePoint { return true }
    return switch properties.generalCategory {
    case .control, .format, .nonspacingMark, .enclosingMark, .spacingMark, .unassigned: true
    default: false
    }
  }

  /// True if the text is a plain decimal number, such as -0.25 or 1e-05.
  private static func isNumber(_ text: Substring.UnicodeScalarView) -> Bool {
    text.allSatisfy { "0123456789.eE+-".unicodeScalars.contains($0) }
      && Double(String(text)) != nil
  }
}
