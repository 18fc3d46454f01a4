/// Hides passwords and tokens in URLs.
enum URLSecrets {
  /// The address with user, password, query and fragment replaced by “(hidden)”.
  ///
  /// A password may contain any character, so everything up to the last @ is hidden.
  ///
  /// - Parameter text: An address, with or without its scheme.
  static func hidden(inURL text: String) -> String {
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

  /// The same for a setting that should not contain an address, but may by mistake.
  static func hidden(in text: String) -> String {
    text.contains("://") ? hidden(inURL: text) : text
  }
}
