/// The labels of a series, which distinguish it from the other series of its metric.
struct Labels: Hashable, Comparable {
  /// Each label as `name="value"`, sorted by name.
  private let parts: [String]

  init(_ dimensions: [(String, String)]) {
    parts = dimensions.sorted { $0.0 < $1.0 }.map {
      "\($0.0)=\"\(Self.escaped($0.1, quote: true))\""
    }
  }

  /// The text that follows a metric's name; empty without labels. `le` is the bound of a histogram's bucket.
  func text(le: String? = nil) -> String {
    let all = parts + (le.map { ["le=\"\($0)\""] } ?? [])
    return all.isEmpty ? "" : "{\(all.joined(separator: ","))}"
  }

  static func < (first: Labels, second: Labels) -> Bool {
    first.parts.lexicographicallyPrecedes(second.parts)
  }

  static func escaped(_ text: String, quote: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quote: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
