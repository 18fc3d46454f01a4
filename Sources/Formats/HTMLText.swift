/// Escapes text for elements, and for attributes in double quotes, of HTML and SVG.
public enum HTMLText {
  /// Returns `text` with its four special characters as references, and control characters replaced.
  public static func escaped(_ text: String) -> String {
    var result = ""
    // Examine scalars, because "<" and a combining mark after it are one character.
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
