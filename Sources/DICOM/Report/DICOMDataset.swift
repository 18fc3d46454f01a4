internal import StrictJSON

/// An attribute with its values.
struct DICOMElement: Sendable {
  let attribute: DICOMAttribute
  let values: [JSON]

  /// An attribute that is required but whose value is unknown.
  static func empty(_ attribute: DICOMAttribute) -> DICOMElement {
    DICOMElement(attribute: attribute, values: [])
  }

  /// Makes an attribute with one text, which is adapted to the attribute's format. If no character
  /// remains, the attribute has no value.
  static func text(_ attribute: DICOMAttribute, _ text: String) -> DICOMElement {
    let fitting = attribute.representation.fitting(text)
    return DICOMElement(attribute: attribute, values: fitting.isEmpty ? [] : [.string(fitting)])
  }

  /// Makes an attribute with one number.
  static func number(_ attribute: DICOMAttribute, _ number: JSON) -> DICOMElement {
    DICOMElement(attribute: attribute, values: [number])
  }

  /// Makes a sequence with these items.
  static func items(_ attribute: DICOMAttribute, _ items: [DICOMDataset]) -> DICOMElement {
    DICOMElement(attribute: attribute, values: items.map(\.json))
  }
}

/// A DICOM data set, or an item of a sequence.
struct DICOMDataset: Sendable {
  private let elements: [DICOMElement]

  /// - Parameter elements: The attributes in any order, each once.
  init(_ elements: [DICOMElement]) { self.elements = elements }

  /// The data set in the DICOM JSON model.
  ///
  /// Attributes are sorted by tag. An attribute without values has no `Value`.
  ///
  /// - Source: DICOM PS3.18, annex F.
  var json: JSON {
    let ordered = elements.sorted { $0.attribute.tag < $1.attribute.tag }
    return .members(
      ordered.map { element in
        (
          element.attribute.text,
          [
            "vr": .string(element.attribute.representation.rawValue),
            "Value": element.values.isEmpty ? nil : .array(element.values),
          ]
        )
      })
  }
}

extension DICOMRepresentation {
  /// The replacement for a backslash that would separate values.
  private static let slash: Unicode.Scalar = "/"
  /// The end of a shortened text. Every character set has these characters.
  private static let ellipsis = "..."

  /// Returns `text` with forbidden characters replaced, shortened to the limit; empty if only white space remains.
  ///
  /// - Source: PS3.5, 6.1.3 (control characters) and table 6.2-1 (lengths).
  func fitting(_ text: String) -> String {
    let clean = takesLines ? text.lines.map(cleaned).joined(separator: "\r\n") : cleaned(text)
    guard !clean.unicodeScalars.allSatisfy(\.properties.isWhitespace) else { return "" }
    guard let limit, clean.utf8.count > limit else { return clean }
    return clean.beginning(limit - Self.ellipsis.utf8.count) + Self.ellipsis
  }

  private func cleaned(_ text: some StringProtocol) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      // Control characters are forbidden: an escape, for example, would switch character sets.
      if scalar.properties.generalCategory == .control {
        scalars.append(" ")
      } else {
        scalars.append(scalar == "\\" && !takesBackslash ? Self.slash : scalar)
      }
    }
    return String(scalars)
  }
}

extension String {
  /// The text's lines.
  fileprivate var lines: [Substring] {
    // In Swift, "\r\n" is one character.
    split(omittingEmptySubsequences: false) { ["\r\n", "\n", "\r"].contains($0) }
  }

  /// Returns the start of the text, at most `count` bytes of UTF-8.
  ///
  /// The text is cut between two characters or, if the first character alone is longer than
  /// `count`, between two Unicode scalars.
  fileprivate func beginning(_ count: Int) -> String {
    let whole = prefix(of: indices.dropFirst(), count)
    return String(self[..<(whole > startIndex ? whole : prefix(of: unicodeScalars.indices, count))])
  }

  /// Returns the last of the ascending indices `ends` with at most `count` bytes before it; the
  /// start of the text if there is none.
  private func prefix(of ends: some Sequence<Index>, _ count: Int) -> Index {
    let limit = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex
    return ends.prefix { $0 <= limit }.reduce(startIndex) { $1 }
  }
}
