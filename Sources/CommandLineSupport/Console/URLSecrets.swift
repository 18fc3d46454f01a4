/// Hides passwords and tokens in URLs.
package enum URLSecrets {
  /// Replaces the user name, password, query and fragment of a URL by “(hidden)”.
  ///
  /// A password may contain any character. Everything before the last `@` is therefore hidden.
  ///
  /// - Parameter text: A URL with or without a scheme.
  package static func hidden(inURL text: String) -> String {
    var rest = text.unicodeScalars[...]
    var shown = String.UnicodeScalarView()
    if let separator = text.firstRange(of: "://") {
      shown += rest[..<separator.upperBound]
      rest = rest[separator.upperBound...]
    }
    if let at = rest.lastIndex(of: "@") {
      shown += "(hidden)@".unicodeScalars
      rest = rest[at...].dropFirst()
    }
    let place = rest.prefix { $0 != "?" && $0 != "#" }
    shown += place
    shown += rest[place.endIndex...].prefix(1)
    return String(shown) + (place.endIndex < rest.endIndex ? "(hidden)" : "")
  }

  /// Returns the text of a setting that should not be a URL. If it is a URL nevertheless, its secrets are hidden.
  package static func hidden(in text: String) -> String {
    text.contains("://") ? hidden(inURL: text) : text
  }
}
