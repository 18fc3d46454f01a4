/// Escapes text for HTML and SVG: for element content, and for attributes in double quotes.
public enum HTMLText {
  /// Returns `text` with `&`, `<`, `>` and `"` as character references. Replaces control characters.
  public static func escaped(_ text: String) -> String {
    var result = ""
    // Compare scalars, not characters: "<" with a combining mark is one character.
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      default:
        let isControl = scalar.properties.generalCategory == .control
        result.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }
}
