internal import Formats

/// The value representation (VR) of an attribute: the format of its values.
///
/// - Source: DICOM PS3.5, table 6.2-1.
enum DICOMRepresentation: String, Sendable {
  case codeString = "CS"
  case date = "DA"
  case decimalString = "DS"
  case double = "FD"
  case integerString = "IS"
  case longString = "LO"
  case otherByte = "OB"
  case personName = "PN"
  case sequence = "SQ"
  case shortString = "SH"
  case shortText = "ST"
  case time = "TM"
  case uniqueIdentifier = "UI"
  case unlimitedText = "UT"
  case unsignedLong = "UL"
  case unsignedShort = "US"

  /// Maximum size in bytes of a text value; nil if the texts from clients are always shorter. The
  /// standard counts characters, but some software, such as dciodvfy, counts bytes. A limit in bytes satisfies both.
  var limit: Int? {
    switch self {
    case .longString: 64
    case .shortString, .codeString: 16
    default: nil
    }
  }

  /// True if a backslash is an ordinary character. Otherwise, it separates values.
  var takesBackslash: Bool { self == .unlimitedText || self == .shortText }

  /// True if a text may contain line breaks.
  var takesLines: Bool { self == .unlimitedText || self == .shortText }
}

/// An attribute of a DICOM data set: its tag and its value representation.
///
/// - Source: DICOM PS3.6, table 6-1.
struct DICOMAttribute: Sendable, Hashable {
  let tag: DataSetReader.Tag
  let representation: DICOMRepresentation

  private init(_ tag: DataSetReader.Tag, _ representation: DICOMRepresentation) {
    self.tag = tag
    self.representation = representation
  }

  /// The tag, as eight upper-case hexadecimal digits.
  var text: String { hexadecimal(UInt64(tag)).suffix(8).uppercased() }

  /// Allows a `switch` over tags to use attributes as patterns.
  static func ~= (attribute: DICOMAttribute, tag: DataSetReader.Tag) -> Bool {
    attribute.tag == tag
  }
}

/// Attributes of the patient, study, series, equipment and SOP Common modules.
///
/// - Source: DICOM PS3.3.
extension DICOMAttribute {
  static let specificCharacterSet = Self(0x0008_0005, .codeString)
  static let instanceCreationDate = Self(0x0008_0012, .date)
  static let instanceCreationTime = Self(0x0008_0013, .time)
  static let sopClassUID = Self(0x0008_0016, .uniqueIdentifier)
  static let sopInstanceUID = Self(0x0008_0018, .uniqueIdentifier)
  static let studyDate = Self(0x0008_0020, .date)
  static let contentDate = Self(0x0008_0023, .date)
  static let studyTime = Self(0x0008_0030, .time)
  static let contentTime = Self(0x0008_0033, .time)
  static let accessionNumber = Self(0x0008_0050, .shortString)
  static let modality = Self(0x0008_0060, .codeString)
  static let manufacturer = Self(0x0008_0070, .longString)
  static let referringPhysicianName = Self(0x0008_0090, .personName)
  static let codingSchemes = Self(0x0008_0110, .sequence)
  static let codingSchemeName = Self(0x0008_0115, .shortText)
  static let codingSchemeOrganization = Self(0x0008_0116, .shortText)
  static let timezoneOffset = Self(0x0008_0201, .shortString)
  static let seriesDescription = Self(0x0008_103e, .longString)
  static let manufacturerModelName = Self(0x0008_1090, .longString)
  static let referencedPerformedProcedureStep = Self(0x0008_1111, .sequence)
  static let patientName = Self(0x0010_0010, .personName)
  static let patientID = Self(0x0010_0020, .longString)
  static let patientBirthDate = Self(0x0010_0030, .date)
  static let patientSex = Self(0x0010_0040, .codeString)
  static let deviceSerialNumber = Self(0x0018_1000, .longString)
  static let softwareVersions = Self(0x0018_1020, .longString)
  static let studyInstanceUID = Self(0x0020_000d, .uniqueIdentifier)
  static let seriesInstanceUID = Self(0x0020_000e, .uniqueIdentifier)
  static let studyID = Self(0x0020_0010, .shortString)
  static let seriesNumber = Self(0x0020_0011, .integerString)
  static let instanceNumber = Self(0x0020_0013, .integerString)
}

/// Attributes of images, multi-frame functional groups and the file meta information.
///
/// - Source: DICOM PS3.3, C.7.6, C.8.2 and C.8.15; PS3.10.
extension DICOMAttribute {
  static let metaLength = Self(0x0002_0000, .unsignedLong)
  static let metaVersion = Self(0x0002_0001, .otherByte)
  static let mediaSOPClassUID = Self(0x0002_0002, .uniqueIdentifier)
  static let mediaSOPInstanceUID = Self(0x0002_0003, .uniqueIdentifier)
  static let transferSyntaxUID = Self(0x0002_0010, .uniqueIdentifier)
  static let implementationClassUID = Self(0x0002_0012, .uniqueIdentifier)
  static let imageType = Self(0x0008_0008, .codeString)
  static let bodyPartExamined = Self(0x0018_0015, .codeString)
  static let sliceThickness = Self(0x0018_0050, .decimalString)
  static let convolutionKernel = Self(0x0018_1210, .shortString)
  static let reconstruction = Self(0x0018_9314, .sequence)
  static let acquisitionNumber = Self(0x0020_0012, .integerString)
  static let imagePosition = Self(0x0020_0032, .decimalString)
  static let imageOrientation = Self(0x0020_0037, .decimalString)
  static let frameOfReferenceUID = Self(0x0020_0052, .uniqueIdentifier)
  static let planePosition = Self(0x0020_9113, .sequence)
  static let planeOrientation = Self(0x0020_9116, .sequence)
  static let samplesPerPixel = Self(0x0028_0002, .unsignedShort)
  static let photometricInterpretation = Self(0x0028_0004, .codeString)
  static let numberOfFrames = Self(0x0028_0008, .integerString)
  static let rows = Self(0x0028_0010, .unsignedShort)
  static let columns = Self(0x0028_0011, .unsignedShort)
  static let pixelSpacing = Self(0x0028_0030, .decimalString)
  static let bitsAllocated = Self(0x0028_0100, .unsignedShort)
  static let bitsStored = Self(0x0028_0101, .unsignedShort)
  static let highBit = Self(0x0028_0102, .unsignedShort)
  static let pixelRepresentation = Self(0x0028_0103, .unsignedShort)
  static let rescaleIntercept = Self(0x0028_1052, .decimalString)
  static let rescaleSlope = Self(0x0028_1053, .decimalString)
  static let rescaleType = Self(0x0028_1054, .longString)
  static let pixelMeasures = Self(0x0028_9110, .sequence)
  static let pixelValueTransformation = Self(0x0028_9145, .sequence)
  static let sharedFunctionalGroups = Self(0x5200_9229, .sequence)
  static let perFrameFunctionalGroups = Self(0x5200_9230, .sequence)
}

/// Attributes of SR Document General, SR Document Content and codes.
///
/// - Source: DICOM PS3.3, C.17.2, C.17.3 and 8.8.
extension DICOMAttribute {
  static let codeValue = Self(0x0008_0100, .shortString)
  static let codingScheme = Self(0x0008_0102, .shortString)
  static let codeMeaning = Self(0x0008_0104, .longString)
  static let mappingResource = Self(0x0008_0105, .codeString)
  static let measurementUnits = Self(0x0040_08ea, .sequence)
  static let relationshipType = Self(0x0040_a010, .codeString)
  static let valueType = Self(0x0040_a040, .codeString)
  static let conceptName = Self(0x0040_a043, .sequence)
  static let continuityOfContent = Self(0x0040_a050, .codeString)
  static let uid = Self(0x0040_a124, .uniqueIdentifier)
  static let textValue = Self(0x0040_a160, .unlimitedText)
  static let floatingPointValue = Self(0x0040_a161, .double)
  static let conceptCode = Self(0x0040_a168, .sequence)
  static let measuredValue = Self(0x0040_a300, .sequence)
  static let numericValue = Self(0x0040_a30a, .decimalString)
  static let performedProcedureCode = Self(0x0040_a372, .sequence)
  static let completionFlag = Self(0x0040_a491, .codeString)
  static let verificationFlag = Self(0x0040_a493, .codeString)
  static let preliminaryFlag = Self(0x0040_a496, .codeString)
  static let contentTemplate = Self(0x0040_a504, .sequence)
  static let content = Self(0x0040_a730, .sequence)
  static let templateIdentifier = Self(0x0040_db00, .codeString)
}
