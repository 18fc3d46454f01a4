internal import Diagnoses
internal import Formats
internal import Hashing

/// Concepts that DICOM's templates define.
///
/// - Source: DICOM PS3.16: annex D (scheme DCM), and the templates (TID) in the comments below.
extension CodedConcept {
  private static func dicom(_ value: String, _ meaning: String) -> CodedConcept {
    CodedConcept(value, "DCM", meaning)
  }

  // TID 1500 and 1204.
  static let measurementReport = dicom("126000", "Imaging Measurement Report")
  static let measurements = dicom("126010", "Imaging Measurements")
  static let language = dicom("121049", "Language of Content Item and Descendants")
  static let english = CodedConcept("en-US", "RFC5646", "English (United States)")
  static let procedureReported = dicom("121058", "Procedure reported")
  static let chestCT = CodedConcept("169069000", "SCT", "CT of chest")
  static let comment = dicom("121106", "Comment")
  static let seriesUID = dicom("112002", "Series Instance UID")

  // TID 1002 and 1004.
  static let observerType = dicom("121005", "Observer Type")
  static let device = dicom("121007", "Device")
  static let deviceUID = dicom("121012", "Device Observer UID")
  static let deviceName = dicom("121013", "Device Observer Name")
  static let deviceManufacturer = dicom("121014", "Device Observer Manufacturer")
  static let deviceModel = dicom("121015", "Device Observer Model Name")
  static let deviceSerialNumber = dicom("121016", "Device Observer Serial Number")

  // TID 1501 and 4019.
  static let measurementGroup = dicom("125007", "Measurement Group")
  static let trackingIdentifier = dicom("112039", "Tracking Identifier")
  static let trackingUID = dicom("112040", "Tracking Unique Identifier")
  static let finding = dicom("121071", "Finding")
  static let algorithmName = dicom("111001", "Algorithm Name")
  static let algorithmVersion = dicom("111003", "Algorithm Version")
  static let algorithmParameters = dicom("111002", "Algorithm Parameters")
}

/// Concepts that this program defines. A requested finding gets no SNOMED code, because a viewer would then show the
/// request as a finding that was made.
extension CodedConcept {
  /// The name of this program's coding scheme. The names of private schemes start with `99` (PS3.16, 8).
  static let ownScheme = "99BRGSA"

  private static func own(_ value: String, _ meaning: String) -> CodedConcept {
    CodedConcept(value, ownScheme, meaning)
  }

  static let volume = own("volume", "Volume that was scored")
  static let diagnosis = own("diagnosis", "Diagnosis that this report shows")
  static let warning = own("warning", "Warning about the volume")
  static let encodedText = own("text", "Text that was encoded")
  static let evaluation = own("evaluation", "Score against its calibrated threshold")
  static let aboveThreshold = own("above", "Above the calibrated threshold")
  static let notAboveThreshold = own("not-above", "Not above the calibrated threshold")

  /// Makes the concept of a requested finding. The same label always has the same code.
  init(findingNamed label: String) {
    let digest = SHA256.hash(data: Array("brgsa/sr/finding/\(label)".utf8))
    self = .own("f-" + hexadecimal(digest.prefix(6)), label)
  }
}

extension FindingFigure {
  /// Returns the concept of the figure for a kind of score. None of the figures is a probability.
  func concept(ofScore kind: String) -> CodedConcept {
    // A pair's score has another range and meaning, so it must not have the code of a similarity.
    if self == .score, kind == "pair_softmax" {
      return CodedConcept(
        "pair_score", CodedConcept.ownScheme, "Zero-shot score of a pair of texts")
    }
    let meaning =
      switch self {
      case .score: "Zero-shot similarity score"
      case .direct: "Direct part of the similarity score"
      case .bridged: "Bridged part of the similarity score"
      case .negative: "Similarity of volume and negative text"
      case .directBridgedText: "Similarity of volume and bridged text"
      case .bridgedBoth: "Similarity of bridged volume and bridged text"
      case .spread: "Spread of the similarity scores of all wordings"
      case .margin: "Similarity score minus the score of the negative text"
      case .percentile: "Share of stored volumes with a lower similarity score"
      case .threshold: "Calibrated threshold of the similarity score"
      }
    // The raw value exceeds the 16 characters of a code value.
    let code = self == .directBridgedText ? "direct_bridged" : rawValue
    return CodedConcept(code, CodedConcept.ownScheme, meaning)
  }
}
