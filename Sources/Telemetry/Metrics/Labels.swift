/// The labels of a time series, which distinguish it from the other series of the same metric.
struct Labels: Hashable, Comparable {
  /// The labels in the form `name="value"`, sorted by name.
  private let parts: [String]

  init(_ dimensions: [(String, String)]) {
    parts = dimensions.sorted { $0.0 < $1.0 }.map {
      "\($0.0)=\"\(Self.escaped($0.1, quote: true))\""
    }
  }

  /// The text of the labels after the name of the metric; empty if there are none. `le` is the upper bound of a
  /// histogram bucket.
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
