internal import StrictJSON

/// An attribute of a data set, with its values.
struct DICOMElement: Sendable {
  let attribute: DICOMAttribute
  let values: [JSON]

  /// Makes an attribute that is required but whose value is unknown.
  static func empty(_ attribute: DICOMAttribute) -> DICOMElement {
    DICOMElement(attribute: attribute, values: [])
  }

  /// Makes an attribute with one text. The text is changed to fit the attribute's value representation. If no text
  /// remains, the attribute has no value.
  static func text(_ attribute: DICOMAttribute, _ text: String) -> DICOMElement {
    let fitting = attribute.representation.fitting(text)
    return DICOMElement(attribute: attribute, values: fitting.isEmpty ? [] : [.string(fitting)])
  }

  /// Makes an attribute with one number.
  static func number(_ attribute: DICOMAttribute, _ number: JSON) -> DICOMElement {
    DICOMElement(attribute: attribute, values: [number])
  }

  /// Makes a sequence attribute with these items.
  static func items(_ attribute: DICOMAttribute, _ items: [DICOMDataset]) -> DICOMElement {
    DICOMElement(attribute: attribute, values: items.map(\.json))
  }
}

/// A DICOM data set, or an item of a sequence.
struct DICOMDataset: Sendable {
  private let elements: [DICOMElement]

  /// Makes a data set.
  ///
  /// - Parameter elements: The attributes, in any order. Each attribute may occur once.
  init(_ elements: [DICOMElement]) { self.elements = elements }

  /// The data set in the DICOM JSON model.
  ///
  /// The attributes are sorted by tag. An attribute without values has no member `Value`.
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
  /// Replaces a backslash in a text where a backslash would separate two values.
  private static let slash: Unicode.Scalar = "/"
  /// The end of a text that was shortened. These characters exist in every character set.
  private static let ellipsis = "..."

  /// Replaces forbidden characters and shortens the text to its limit. The result is empty if only white space
  /// remains.
  ///
  /// - Source: DICOM PS3.5, 6.1.3 (control characters) and table 6.2-1 (lengths).
  func fitting(_ text: String) -> String {
    let clean = takesLines ? text.lines.map(cleaned).joined(separator: "\r\n") : cleaned(text)
    guard !clean.unicodeScalars.allSatisfy(\.properties.isWhitespace) else { return "" }
    guard let limit, clean.utf8.count > limit else { return clean }
    return clean.beginning(limit - Self.ellipsis.utf8.count) + Self.ellipsis
  }

  private func cleaned(_ text: some StringProtocol) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      // Control characters are forbidden. For example, an escape character would switch the character set.
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
  /// The lines of the text.
  fileprivate var lines: [Substring] {
    // Swift treats "\r\n" as one character.
    split(omittingEmptySubsequences: false) { ["\r\n", "\n", "\r"].contains($0) }
  }

  /// Returns the start of the text, with at most `count` bytes of UTF-8.
  ///
  /// The text is cut between two characters. If the first character alone has more than `count` bytes, it is cut
  /// between two Unicode scalars.
  fileprivate func beginning(_ count: Int) -> String {
    let whole = prefix(of: indices.dropFirst(), count)
    return String(self[..<(whole > startIndex ? whole : prefix(of: unicodeScalars.indices, count))])
  }

  /// Returns the last index in `ends` that has at most `count` bytes before it, or the start of the text if there is
  /// none. `ends` must be ascending.
  private func prefix(of ends: some Sequence<Index>, _ count: Int) -> Index {
    let limit = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex
    return ends.prefix { $0 <= limit }.reduce(startIndex) { $1 }
  }
}
