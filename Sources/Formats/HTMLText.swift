/// Text as HTML and SVG may hold it, in elements and in attributes in double quotes.
public enum HTMLText {
  /// `text` without markup of its own: the four special characters as references, control
  /// characters replaced.
  public static func escaped(_ text: String) -> String {
    var result = ""
    // By scalar: a mark that follows "<" makes one character of both.
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
