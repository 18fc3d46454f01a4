internal import StrictJSON

/// An attribute with its values.
struct DICOMElement: Sendable {
  let attribute: DICOMAttribute
  let values: [JSON]

  /// An attribute that is required but whose value is unknown.
  static func empty(_ attribute: DICOMAttribute) -> DICOMElement {
    DICOMElement(attribute: attribute, values: [])
  }

  /// One text, adapted to its attribute. If no character remains, the value is empty.
  static func text(_ attribute: DICOMAttribute, _ text: String) -> DICOMElement {
    let fitting = attribute.representation.fitting(text)
    return DICOMElement(attribute: attribute, values: fitting.isEmpty ? [] : [.string(fitting)])
  }

  /// One number.
  static func number(_ attribute: DICOMAttribute, _ number: JSON) -> DICOMElement {
    DICOMElement(attribute: attribute, values: [number])
  }

  /// The items of a sequence.
  static func items(_ attribute: DICOMAttribute, _ items: [DICOMDataset]) -> DICOMElement {
    DICOMElement(attribute: attribute, values: items.map(\.json))
  }
}

/// A DICOM data set, or an item of a sequence.
struct DICOMDataset: Sendable {
  private let elements: [DICOMElement]

  /// - Parameter elements: In any order, each attribute once.
  init(_ elements: [DICOMElement]) { self.elements = elements }

  /// The DICOM JSON model.
  ///
  /// - Source: DICOM PS3.18, annex F: ordered by tag, no `Value` where there is none.
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
  /// The mark of a shortened text, in characters of every character set.
  private static let ellipsis = "..."

  /// `text` without forbidden characters, shortened to the limit.
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
      // An escape would switch character sets.
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
    // "\r\n" is one character.
    split(omittingEmptySubsequences: false) { ["\r\n", "\n", "\r"].contains($0) }
  }

  /// At most `count` bytes of UTF-8; characters are not split, except one that alone is longer.
  fileprivate func beginning(_ count: Int) -> String {
    let whole = prefix(of: indices.dropFirst(), count)
    return String(self[..<(whole > startIndex ? whole : prefix(of: unicodeScalars.indices, count))])
  }

  /// The last of `ends` with at most `count` bytes before it; the start without one.
  private func prefix(of ends: some Sequence<Index>, _ count: Int) -> Index {
    let limit = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex
    return ends.prefix { $0 <= limit }.reduce(startIndex) { $1 }
  }
}
