/// Text as HTML and SVG may hold it, in elements and in quoted attributes.
public enum HTMLText {
  /// `text` without markup of its own: the five special characters as references, control
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
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      default:
        let isControl = scalar.properties.generalCategory == .control
        result.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }
}
