/// Hides passwords and tokens in URLs.
package enum URLSecrets {
  /// Returns a URL in which “(hidden)” replaces the user, the password, the query and the fragment.
  ///
  /// A password may contain any character, so everything before the last `@` is hidden.
  ///
  /// - Parameter text: A URL, with or without its scheme.
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

  /// Returns the text of a setting that should not be a URL. If it is a URL by mistake, its secrets are hidden.
  package static func hidden(in text: String) -> String {
    text.contains("://") ? hidden(inURL: text) : text
  }
}
