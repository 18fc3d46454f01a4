/// The format of an attribute's values.
///
/// - Source: DICOM PS3.5, table 6.2-1.
enum DICOMRepresentation: String, Sendable {
  case codeString = "CS"
  case date = "DA"
  case decimalString = "DS"
  case double = "FD"
  case integerString = "IS"
  case longString = "LO"
  case personName = "PN"
  case sequence = "SQ"
  case shortString = "SH"
  case shortText = "ST"
  case time = "TM"
  case uniqueIdentifier = "UI"
  case unlimitedText = "UT"

  /// Most bytes of one text value; nil if no client's text is near the limit. The standard counts
  /// characters, but some readers such as dciodvfy count bytes; a byte limit satisfies both.
  var limit: Int? {
    switch self {
    case .longString: 64
    case .shortString, .codeString: 16
    default: nil
    }
  }

  /// Whether a backslash is an ordinary character; otherwise it separates values.
  var takesBackslash: Bool { self == .unlimitedText || self == .shortText }

  /// Whether a text may have several lines.
  var takesLines: Bool { self == .unlimitedText || self == .shortText }
}

/// An attribute of a DICOM data set: its tag, and the format of its values.
///
/// - Source: DICOM PS3.6, table 6-1.
struct DICOMAttribute: Sendable, Hashable {
  /// Group and element, eight upper-case hexadecimal digits.
  let tag: String
  let representation: DICOMRepresentation

  private init(_ tag: String, _ representation: DICOMRepresentation) {
    self.tag = tag
    self.representation = representation
  }
}

/// SOP Common, Patient, General Study, SR Document Series and General Equipment, PS3.3.
extension DICOMAttribute {
  static let specificCharacterSet = Self("00080005", .codeString)
  static let instanceCreationDate = Self("00080012", .date)
  static let instanceCreationTime = Self("00080013", .time)
  static let sopClassUID = Self("00080016", .uniqueIdentifier)
  static let sopInstanceUID = Self("00080018", .uniqueIdentifier)
  static let studyDate = Self("00080020", .date)
  static let contentDate = Self("00080023", .date)
  static let studyTime = Self("00080030", .time)
  static let contentTime = Self("00080033", .time)
  static let accessionNumber = Self("00080050", .shortString)
  static let modality = Self("00080060", .codeString)
  static let manufacturer = Self("00080070", .longString)
  static let referringPhysicianName = Self("00080090", .personName)
  static let codingSchemes = Self("00080110", .sequence)
  static let codingSchemeName = Self("00080115", .shortText)
  static let codingSchemeOrganization = Self("00080116", .shortText)
  static let timezoneOffset = Self("00080201", .shortString)
  static let seriesDescription = Self("0008103E", .longString)
  static let manufacturerModelName = Self("00081090", .longString)
  static let referencedPerformedProcedureStep = Self("00081111", .sequence)
  static let patientName = Self("00100010", .personName)
  static let patientID = Self("00100020", .longString)
  static let patientBirthDate = Self("00100030", .date)
  static let patientSex = Self("00100040", .codeString)
  static let deviceSerialNumber = Self("00181000", .longString)
  static let softwareVersions = Self("00181020", .longString)
  static let studyInstanceUID = Self("0020000D", .uniqueIdentifier)
  static let seriesInstanceUID = Self("0020000E", .uniqueIdentifier)
  static let studyID = Self("00200010", .shortString)
  static let seriesNumber = Self("00200011", .integerString)
  static let instanceNumber = Self("00200013", .integerString)
}

/// SR Document General and SR Document Content, PS3.3 C.17.2 and C.17.3, and codes, PS3.3 8.8.
extension DICOMAttribute {
  static let codeValue = Self("00080100", .shortString)
  static let codingScheme = Self("00080102", .shortString)
  static let codeMeaning = Self("00080104", .longString)
  static let mappingResource = Self("00080105", .codeString)
  static let measurementUnits = Self("004008EA", .sequence)
  static let relationshipType = Self("0040A010", .codeString)
  static let valueType = Self("0040A040", .codeString)
  static let conceptName = Self("0040A043", .sequence)
  static let continuityOfContent = Self("0040A050", .codeString)
  static let uid = Self("0040A124", .uniqueIdentifier)
  static let textValue = Self("0040A160", .unlimitedText)
  static let floatingPointValue = Self("0040A161", .double)
  static let conceptCode = Self("0040A168", .sequence)
  static let measuredValue = Self("0040A300", .sequence)
  static let numericValue = Self("0040A30A", .decimalString)
  static let performedProcedureCode = Self("0040A372", .sequence)
  static let completionFlag = Self("0040A491", .codeString)
  static let verificationFlag = Self("0040A493", .codeString)
  static let preliminaryFlag = Self("0040A496", .codeString)
  static let contentTemplate = Self("0040A504", .sequence)
  static let content = Self("0040A730", .sequence)
  static let templateIdentifier = Self("0040DB00", .codeString)
}
