internal import StrictJSON

/// A coded concept.
///
/// - Source: DICOM PS3.3, 8.8.
struct CodedConcept: Sendable, Equatable {
  /// The code value: at most 16 characters.
  let value: String
  /// The coding scheme that defines the code value.
  let scheme: String
  /// The meaning of the code value as text for readers.
  let meaning: String

  init(_ value: String, _ scheme: String, _ meaning: String) {
    self.value = value
    self.scheme = scheme
    self.meaning = meaning
  }

  /// The concept as an item of a code sequence.
  var dataset: DICOMDataset {
    DICOMDataset([
      .text(.codeValue, value), .text(.codingScheme, scheme), .text(.codeMeaning, meaning),
    ])
  }
}

/// A node in the content tree of a structured report.
///
/// - Source: DICOM PS3.3, C.17.3.
struct ContentItem: Sendable {
  /// The relationship of a node to its parent.
  enum Relationship: String, Sendable {
    case contains = "CONTAINS"
    case context = "HAS OBS CONTEXT"
    case modifier = "HAS CONCEPT MOD"
  }

  /// The value of a node.
  enum Value: Sendable {
    case code(CodedConcept)
    case number(JSONNumber)
    case text(String)
    case uid(DICOMUID)
    /// A container with child nodes. It is defined by a template of PS3.16 or, if `template` is nil, by a row of its
    /// parent's template.
    case container(template: String?, [ContentItem])
  }

  private let relationship: Relationship?
  private let concept: CodedConcept
  private let value: Value

  /// Makes the root of a tree.
  static func root(_ concept: CodedConcept, template: String, _ children: [ContentItem]) -> Self {
    Self(
      relationship: nil, concept: concept, value: .container(template: template, children))
  }

  /// Makes a node that is part of its parent's content.
  static func contains(_ concept: CodedConcept, _ value: Value) -> Self {
    Self(relationship: .contains, concept: concept, value: value)
  }

  /// Makes a node that describes the observer or the observed subject.
  static func context(_ concept: CodedConcept, _ value: Value) -> Self {
    Self(relationship: .context, concept: concept, value: value)
  }

  /// Makes a node that modifies the concept of its parent.
  static func modifier(_ concept: CodedConcept, _ value: Value) -> Self {
    Self(relationship: .modifier, concept: concept, value: value)
  }

  /// The attributes of the node and its descendants.
  var elements: [DICOMElement] {
    let head: [DICOMElement] = [
      .text(.valueType, value.type), .items(.conceptName, [concept.dataset]),
    ]
    let relation = relationship.map { [DICOMElement.text(.relationshipType, $0.rawValue)] } ?? []
    return relation + head + value.elements
  }
}

extension ContentItem.Value {
  /// The UCUM unit of numbers without a unit.
  private static let noUnits = CodedConcept("1", "UCUM", "no units")

  fileprivate var type: String {
    switch self {
    case .code: "CODE"
    case .number: "NUM"
    case .text: "TEXT"
    case .uid: "UIDREF"
    case .container: "CONTAINER"
    }
  }

  fileprivate var elements: [DICOMElement] {
    switch self {
    case .code(let concept): [.items(.conceptCode, [concept.dataset])]
    case .text(let text): [.text(.textValue, text)]
    case .uid(let uid): [.text(.uid, uid.text)]
    case .number(let number): [.items(.measuredValue, [Self.measuredValue(number)])]
    case .container(let template, let children):
      [
        .text(.continuityOfContent, "SEPARATE"),
        .items(.content, children.map { DICOMDataset($0.elements) }),
      ] + Self.elements(ofTemplate: template)
    }
  }

  private static func elements(ofTemplate template: String?) -> [DICOMElement] {
    guard let template else { return [] }
    let identification = DICOMDataset([
      .text(.mappingResource, "DCMR"), .text(.templateIdentifier, template),
    ])
    return [.items(.contentTemplate, [identification])]
  }

  private static func measuredValue(_ number: JSONNumber) -> DICOMDataset {
    DICOMDataset([
      .items(.measurementUnits, [noUnits.dataset]), .number(.numericValue, decimal(number)),
      .number(.floatingPointValue, .number(number)),
    ])
  }

  /// Returns the number unchanged if it fits into the 16 characters of a decimal string. Otherwise, it is rounded to
  /// single precision, which needs at most 15 characters.
  ///
  /// - Source: DICOM PS3.5, table 6.2-1, DS.
  private static func decimal(_ number: JSONNumber) -> JSON {
    guard number.text.utf8.count > 16, let double = number.double else { return .number(number) }
    return .float(Float(double))
  }
}
