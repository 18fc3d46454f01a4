package import Diagnoses
package import StrictJSON

/// A stored diagnosis as a DICOM structured report: a Comprehensive SR with template TID 1500, in the DICOM JSON
/// model.
///
/// The same diagnosis and metadata always result in the same bytes and UIDs.
///
/// - Source: DICOM PS3.3, A.35.3; PS3.16, TID 1500; PS3.18, annex F.
package struct StructuredReport: Sendable {
  private let diagnosis: StoredDiagnosis
  /// The study UID; nil if the volume's metadata contain none.
  private let studyUID: DICOMUID?
  /// The UID of the scored series; nil if the volume's metadata contain none.
  private let seriesUID: DICOMUID?
  /// The accession number; empty if it is unknown or not valid in DICOM.
  private let accession: String

  /// Names of the device and its manufacturer, for the General Equipment module and TID 1004.
  private static let (program, manufacturer) = ("brgsa", "brgsa project")
  /// The number of the report's series. It is higher than the numbers that scanners use.
  private static let seriesNumber = 900

  /// Makes the report of a diagnosis. Accession numbers and UIDs that DICOM does not allow are ignored.
  package init(
    _ diagnosis: StoredDiagnosis, accession: String? = nil, studyUID: String? = nil,
    seriesUID: String? = nil
  ) {
    self.diagnosis = diagnosis
    self.studyUID = studyUID.flatMap(DICOMUID.init)
    self.seriesUID = seriesUID.flatMap(DICOMUID.init)
    let accession = accession ?? ""
    // A shortened or changed accession number could belong to another study.
    let isWhole = DICOMAttribute.accessionNumber.representation.fitting(accession) == accession
    self.accession = isWhole ? accession : ""
  }

  /// The report: an array with one data set.
  package var json: JSON {
    let modules: [[DICOMElement]] = [common, study, series, general, root.elements]
    return [DICOMDataset(modules.flatMap(\.self)).json]
  }

  /// SOP Common module.
  ///
  /// - Source: DICOM PS3.3, C.12.1.
  private var common: [DICOMElement] {
    [
      .text(.specificCharacterSet, "ISO_IR 192"),
      // Comprehensive SR Storage, PS3.6 annex A.
      .text(.sopClassUID, "1.2.840.10008.5.1.4.1.1.88.33"),
      // The UID depends on the metadata, because a UID must always identify the same content.
      .text(
        .sopInstanceUID,
        uid("instance", studyUID?.text ?? "", seriesUID?.text ?? "", accession).text),
      .text(.instanceCreationDate, diagnosis.date), .text(.instanceCreationTime, diagnosis.time),
      .text(.timezoneOffset, "+0000"),
      .items(
        .codingSchemes,
        [
          DICOMDataset([
            .text(.codingScheme, CodedConcept.ownScheme), .text(.codingSchemeName, Self.program),
            .text(.codingSchemeOrganization, Self.manufacturer),
          ])
        ]),
    ]
  }

  /// Patient and General Study modules. The receiving system can fill in the empty attributes.
  ///
  /// - Source: DICOM PS3.3, C.7.1.1 and C.7.2.1.
  private var study: [DICOMElement] {
    let unknown: [DICOMAttribute] = [
      .studyDate, .studyTime, .referringPhysicianName, .patientName, .patientID, .patientBirthDate,
      .patientSex, .studyID,
    ]
    var elements = unknown.map(DICOMElement.empty)
    elements.append(.text(.accessionNumber, accession))
    if let studyUID { elements.append(.text(.studyInstanceUID, studyUID.text)) }
    return elements
  }

  /// SR Document Series and General Equipment modules.
  ///
  /// - Source: DICOM PS3.3, C.17.1 and C.7.5.1.
  private var series: [DICOMElement] {
    [
      .text(.modality, "SR"), .text(.seriesInstanceUID, uid("series", studyUID?.text ?? "").text),
      .number(.seriesNumber, .integer(Self.seriesNumber)),
      .text(.seriesDescription, "Zero-shot findings (research use only)"),
      .empty(.referencedPerformedProcedureStep), .text(.manufacturer, Self.manufacturer),
      .text(.manufacturerModelName, Self.program),
      .text(.deviceSerialNumber, diagnosis.model("sha256")),
      .text(.softwareVersions, "\(diagnosis.model("name")) \(diagnosis.model("version"))"),
    ]
  }

  /// SR Document General module. It marks the report as complete but not verified.
  ///
  /// - Source: DICOM PS3.3, C.17.2.
  private var general: [DICOMElement] {
    [
      .number(.instanceNumber, .integer(1)), .text(.contentDate, diagnosis.date),
      .text(.contentTime, diagnosis.time),
      .text(.completionFlag, "COMPLETE"), .text(.verificationFlag, "UNVERIFIED"),
      .text(.preliminaryFlag, "PRELIMINARY"), .empty(.performedProcedureCode),
    ]
  }

  /// The root node, TID 1500: Measurement Report.
  private var root: ContentItem {
    var items: [ContentItem] = [.modifier(.language, .code(.english))]
    items += observer
    items.append(.modifier(.procedureReported, .code(.chestCT)))
    items += remarks
    items.append(
      .contains(.measurements, .container(template: nil, diagnosis.findings.map(group))))
    return .root(.measurementReport, template: "1500", items)
  }

  /// Additional content, which is allowed because TID 1500 is extensible. The notice precedes the first score.
  private var remarks: [ContentItem] {
    var items: [ContentItem] = [.contains(.comment, .text(diagnosis.notice))]
    items += diagnosis.warnings.map { .contains(.warning, .text("\($0.code): \($0.detail)")) }
    items.append(.contains(.diagnosis, .text(diagnosis.id)))
    items.append(.contains(.volume, .text(diagnosis.volumeID)))
    if let seriesUID { items.append(.contains(.seriesUID, .uid(seriesUID))) }
    return items
  }

  /// The observer, TID 1002 and 1004: Device Observer Identifying Attributes. Each model is one device.
  private var observer: [ContentItem] {
    let sha256 = diagnosis.model("sha256")
    return [
      .context(.observerType, .code(.device)),
      .context(.deviceUID, .uid(DICOMUID(named: "brgsa/sr/device/\(sha256)"))),
      .context(.deviceName, .text(Self.program)),
      .context(.deviceManufacturer, .text(Self.manufacturer)),
      .context(.deviceModel, .text(diagnosis.model("name"))),
      .context(.deviceSerialNumber, .text(sha256)),
    ]
  }

  /// Makes the group of one finding, TID 1501: Measurement and Qualitative Evaluation Group.
  private func group(_ finding: StoredFinding) -> ContentItem {
    var items: [ContentItem] = [
      .context(.trackingIdentifier, .text(finding.visibleLabel)),
      .context(.trackingUID, .uid(uid("finding", "\(finding.index)"))),
      .contains(.finding, .code(CodedConcept(findingNamed: finding.visibleLabel))),
    ]
    items += algorithm
    items += finding.texts.map { .contains(.encodedText, .text($0)) }
    items += FindingFigure.allCases.compactMap { figure in
      finding.figures[figure].map {
        .contains(figure.concept(ofScore: finding.scoreKind), .number($0))
      }
    }
    if let isPositive = finding.isPositive {
      let outcome: CodedConcept = isPositive ? .aboveThreshold : .notAboveThreshold
      items.append(.contains(.evaluation, .code(outcome)))
    }
    if let reservation = finding.decision?.reservation {
      let remark = "No evaluation against a threshold: \(reservation)."
      items.append(.contains(.comment, .text(remark)))
    }
    if finding.isTruncated {
      let remark = "The text is too long for the model; its end was not encoded."
      items.append(.contains(.comment, .text(remark)))
    }
    return .contains(.measurementGroup, .container(template: "1501", items))
  }

  /// The model and its parameters, TID 4019: Algorithm Identification.
  private var algorithm: [ContentItem] {
    var items: [ContentItem] = [
      .modifier(.algorithmName, .text(diagnosis.model("name"))),
      .modifier(.algorithmVersion, .text(diagnosis.model("version"))),
    ]
    items += diagnosis.modelParameters.map { .modifier(.algorithmParameters, .text($0)) }
    return items
  }

  /// Derives the UID of a part of this report. The same part always gets the same UID.
  private func uid(_ part: String, _ details: String...) -> DICOMUID {
    DICOMUID(named: (["brgsa/sr/\(part)", diagnosis.id] + details).joined(separator: "\n"))
  }
}
