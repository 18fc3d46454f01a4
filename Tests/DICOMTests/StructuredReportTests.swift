import Diagnoses
import StrictJSON
import TestSupport
import Testing

@testable import DICOM

/// A stored diagnosis as a DICOM structured report.
@Suite struct StructuredReportTests {
  @Test func itIsOneComprehensiveSRDocument() throws {
    let report = try StoredDocument().report()
    for (attribute, value) in [
      (DICOMAttribute.specificCharacterSet, "ISO_IR 192"),
      (.sopClassUID, "1.2.840.10008.5.1.4.1.1.88.33"), (.modality, "SR"),
      (.contentDate, "20261122"), (.contentTime, "150405"), (.instanceCreationDate, "20261122"),
      (.timezoneOffset, "+0000"), (.completionFlag, "COMPLETE"),
      (.verificationFlag, "UNVERIFIED"), (.preliminaryFlag, "PRELIMINARY"),
      (.deviceSerialNumber, StoredDocument.modelSHA256), (.valueType, "CONTAINER"),
    ] {
      #expect(report.text(attribute) == value, "\(attribute.text)")
    }
    let scheme = try #require(report.items(.codingSchemes).first)
    #expect(scheme.text(.codingScheme) == "99BRGSA")
    let template = try #require(report.items(.contentTemplate).first)
    #expect(template.text(.templateIdentifier) == "1500")
  }

  @Test func whatTheServiceDoesNotKnowIsEmptyOrLeftOut() throws {
    let report = try StoredDocument().report()
    for attribute in [
      DICOMAttribute.patientName, .patientID, .patientBirthDate, .patientSex, .studyID, .studyDate,
      .studyTime, .referringPhysicianName, .accessionNumber, .performedProcedureCode,
      .referencedPerformedProcedureStep,
    ] {
      #expect(report.values(attribute)?.isEmpty == true, "\(attribute.text)")
    }
    #expect(report.values(.studyInstanceUID) == nil)
    // Current Requested Procedure Evidence Sequence: it names instances.
    #expect(report.object["0040A375"] == nil)
  }

  @Test func theTreeIsThatOfTheTemplates() throws {
    let root = try StoredDocument(
      findings: [StoredDocument.finding(positive: "true", threshold: "0.2", margin: "-0.1")]
    ).report()
    #expect(
      root.children.map(\.outline) == [
        "HAS CONCEPT MOD CODE 121049", "HAS OBS CONTEXT CODE 121005",
        "HAS OBS CONTEXT UIDREF 121012", "HAS OBS CONTEXT TEXT 121013",
        "HAS OBS CONTEXT TEXT 121014", "HAS OBS CONTEXT TEXT 121015",
        "HAS OBS CONTEXT TEXT 121016", "HAS CONCEPT MOD CODE 121058", "CONTAINS TEXT 121106",
        "CONTAINS TEXT warning", "CONTAINS TEXT diagnosis", "CONTAINS TEXT volume",
        "CONTAINS CONTAINER 126010",
      ])
    let group = try #require(root.groups.first)
    #expect(group.items(.contentTemplate).first?.text(.templateIdentifier) == "1501")
    #expect(
      group.children.map(\.outline) == [
        "HAS OBS CONTEXT TEXT 112039", "HAS OBS CONTEXT UIDREF 112040", "CONTAINS CODE 121071",
        "HAS CONCEPT MOD TEXT 111001", "HAS CONCEPT MOD TEXT 111003",
        "HAS CONCEPT MOD TEXT 111002", "HAS CONCEPT MOD TEXT 111002",
        "HAS CONCEPT MOD TEXT 111002", "CONTAINS TEXT text", "CONTAINS NUM score",
        "CONTAINS NUM direct", "CONTAINS NUM bridged", "CONTAINS NUM margin",
        "CONTAINS NUM threshold", "CONTAINS CODE evaluation",
      ])
    #expect(root.child("121106")?.text(.textValue) == "Research use only.")
    #expect(root.child("warning")?.text(.textValue) == "lung-missing: Is this a chest?")
  }

  @Test func scoresHaveTheDigitsOfTheResponse() throws {
    let digits = ["0.3121", "-1.2345678e-05", "1", "-0.00012345679"]
    let report = try StoredDocument(findings: digits.map { StoredDocument.finding(score: $0) })
      .report()
    #expect(report.groups.map { $0.number("score") } == digits)
    for group in report.groups {
      let measured = try #require(group.child("score")?.items(.measuredValue).first)
      #expect(measured.items(.measurementUnits).first?.text(.codingScheme) == "UCUM")
      #expect(measured.values(.floatingPointValue) == measured.values(.numericValue))
    }
  }

  @Test func aNumberThatIsTooLongForADecimalStringIsWholeBesideIt() throws {
    let long = "0.9666666666666667"
    let report = try StoredDocument(findings: [StoredDocument.finding(percentile: long)]).report()
    let group = try #require(report.groups.first)
    let measured = try #require(group.child("percentile")?.items(.measuredValue).first)
    #expect(group.number("percentile") == Float(0.9666666666666667).description)
    let values = try #require(measured.values(.floatingPointValue))
    #expect(JSON.array(values).bytes == Array("[\(long)]".utf8))
  }

  @Test(arguments: [("true", "above"), ("false", "not-above"), ("null", nil)])
  func aThresholdIsAQualitativeEvaluation(_ positive: String, _ code: String?) throws {
    let report = try StoredDocument(findings: [StoredDocument.finding(positive: positive)]).report()
    let group = try #require(report.groups.first)
    #expect(group.child("evaluation")?.items(.conceptCode).first?.text(.codeValue) == code)
  }

  @Test func everyWordingIsShown() throws {
    let texts = #""texts":["There is gas","There are gases"],"stability":{"spread":0.25}"#
    let report = try StoredDocument(findings: [StoredDocument.finding(texts: texts)]).report()
    let group = try #require(report.groups.first)
    #expect(
      group.children.filter { $0.concept == "text" }.map { $0.text(.textValue) }
        == ["There is gas", "There are gases"])
    #expect(group.number("spread") == "0.25")
  }

  /// Labels that would break a data set if they were written as they came.
  static let labels = [
    "a\\b^c=d\\", "\u{0}\u{1B}$B\u{7F}\u{85}x", "two\nlines\r\nthree\rfour", " \t\u{0} ", "",
    "\"}],\"00100010\":{", String(repeating: "ü", count: 65), String(repeating: "肺", count: 2000),
    "e" + String(repeating: "\u{301}", count: 100), String(repeating: "👩‍⚕️", count: 40),
    "\u{202E}evird", String(repeating: "x", count: 64), String(repeating: "x", count: 65),
  ]

  @Test(arguments: labels) func everyValueIsOneThatDICOMTakes(_ label: String) throws {
    let report = try StoredDocument(
      findings: [
        StoredDocument.finding(label: label, score: "1e-39", percentile: "0.1234567890123456")
      ]
    ).report(accession: label, studyUID: label, seriesUID: label)
    report.checkValues()
    let group = try #require(report.groups.first)
    #expect(report.groups.count == 1)
    #expect(group.child("112039")?.text(.textValue)?.isEmpty == false)
    let code = try #require(group.child("121071")?.items(.conceptCode).first)
    #expect(code.text(.codeMeaning)?.isEmpty == false)
    #expect(code.text(.codeValue)?.hasPrefix("f-") == true)
    #expect(report.values(.studyInstanceUID) == nil)
  }

  @Test func labelsStayWholeAndMeaningsAreCut() throws {
    let label = String(repeating: "x", count: 70) + "\\"
    let report = try StoredDocument(findings: [StoredDocument.finding(label: label)]).report()
    let group = try #require(report.groups.first)
    #expect(group.child("112039")?.text(.textValue) == label)
    #expect(
      group.child("121071")?.items(.conceptCode).first?.text(.codeMeaning)
        == String(repeating: "x", count: 61) + "...")
    let long = DICOMRepresentation.longString
    #expect(long.fitting("a\\b\nc") == "a/b c")
    // A character stays whole, unless it is longer than all that there is place for.
    #expect(
      long.fitting(String(repeating: "肺", count: 22)) == String(repeating: "肺", count: 20) + "...")
    #expect(long.fitting(String(repeating: "ü", count: 32)).count == 32)
    let accents = "e" + String(repeating: "\u{301}", count: 100)
    #expect(long.fitting("x" + accents) == "x...")
    #expect(long.fitting(accents).utf8.count == 64)
    #expect(DICOMRepresentation.unlimitedText.fitting("a\\b\nc\r\nd") == "a\\b\r\nc\r\nd")
  }

  @Test func aLabelThatShowsNothingIsReplacedByItsText() throws {
    let report = try StoredDocument(findings: [StoredDocument.finding(label: "\t")]).report()
    #expect(report.groups.first?.child("112039")?.text(.textValue) == "There is gas")
  }

  @Test func hundredsOfFindingsKeepTheirOrder() throws {
    let findings = (0..<256).map { StoredDocument.finding(index: 255 - $0, label: "finding \($0)") }
    let report = try StoredDocument(findings: findings).report()
    report.checkValues()
    #expect(
      report.groups.map { $0.child("112039")?.text(.textValue) }
        == (0..<256).map { "finding \($0)" })
    let uids = report.groups.compactMap { $0.child("112040")?.text(.uid) }
    #expect(Set(uids).count == 256)
  }

  @Test func theSameDiagnosisIsTheSameReport() throws {
    let plain = try StoredDocument().report()
    func report() throws -> ReadDataset {
      try StoredDocument().report(accession: "4711", studyUID: "1.2.3", seriesUID: "1.2.3.4")
    }
    let placed = try report()
    #expect(try report().object == placed.object)
    #expect(try StoredDocument(id: "dx_2").report().uids.isDisjoint(with: plain.uids))
    #expect(placed.text(.studyInstanceUID) == "1.2.3" && placed.text(.accessionNumber) == "4711")
    #expect(placed.child("112002")?.text(.uid) == "1.2.3.4")
    // Another content has another identifier; a finding stays the same.
    #expect(plain.text(.sopInstanceUID) != placed.text(.sopInstanceUID))
    #expect(plain.text(.seriesInstanceUID) != placed.text(.seriesInstanceUID))
    let tracked = [plain, placed].map { $0.groups.first?.child("112040")?.text(.uid) }
    #expect(tracked[0] == tracked[1] && tracked[0] != nil)
  }

  @Test func metadataThatAreNotDICOMsAreLeftOut() throws {
    for (accession, uid) in [
      (String(repeating: "1", count: 17), "1.02"), ("a\\b", "1..2"), ("a\nb", "1"), (" ", "1.2."),
      ("", "1.２"), ("\u{0}", "1.2 "),
      ("é\\", "2.25." + String(repeating: "1", count: 60)),
    ] {
      let report = try StoredDocument().report(
        accession: accession, studyUID: uid, seriesUID: uid)
      #expect(report.values(.accessionNumber)?.isEmpty == true, "\(accession)")
      #expect(report.values(.studyInstanceUID) == nil && report.child("112002") == nil, "\(uid)")
    }
  }
}

/// Identifiers made of names.
@Suite struct DICOMUIDTests {
  @Test func aNameIsAUUIDOfVersionEight() {
    // int(uuid) of Python's uuid module, from the first 16 bytes of the SHA-256.
    for (name, number) in [
      ("brgsa", "168454255071304400992191873193754331050"),
      ("brgsa/sr/instance\ndx_1\n\n\n", "115476619925008308115598358180625503546"),
    ] {
      #expect(DICOMUID(named: name).text == "2.25.\(number)")
    }
  }

  @Test func onlyUIDsAreRead() {
    for text in ["1.2", "0.0", "2.25.0", "1." + String(repeating: "9", count: 62)] {
      #expect(DICOMUID(text)?.text == text)
    }
    for text in ["", ".", "1", "1.", ".1", "01.2", "1.2a", "1. 2", "1.-2", "1.2\n"] {
      #expect(DICOMUID(text) == nil, "\(text)")
    }
  }
}

extension StoredDocument {
  fileprivate func report(
    accession: String? = nil, studyUID: String? = nil, seriesUID: String? = nil
  ) throws -> ReadDataset {
    let diagnosis = try #require(StoredDiagnosis(document: JSON.object(object).bytes))
    let json = StructuredReport(
      diagnosis, accession: accession, studyUID: studyUID, seriesUID: seriesUID
    ).json
    // As it is sent.
    guard case .array(let sets) = try JSON(parsing: json.bytes, depthLimit: 40), sets.count == 1,
      case .object(let object) = sets[0]
    else {
      Issue.record("not one data set")
      return ReadDataset(object: JSONObject())
    }
    return ReadDataset(object: object)
  }
}

/// A data set of the DICOM JSON model, read back.
private struct ReadDataset {
  let object: JSONObject

  /// The values; nil if the attribute is missing.
  func values(_ attribute: DICOMAttribute) -> [JSON]? {
    guard case .object(let element)? = object[attribute.text] else { return nil }
    #expect(element["vr"]?.text == attribute.representation.rawValue, "\(attribute.text)")
    guard case .array(let values)? = element["Value"] else { return [] }
    return values
  }

  func text(_ attribute: DICOMAttribute) -> String? { values(attribute)?.first?.text }

  func items(_ attribute: DICOMAttribute) -> [ReadDataset] {
    (values(attribute) ?? []).compactMap { value in
      if case .object(let object) = value { ReadDataset(object: object) } else { nil }
    }
  }

  var children: [ReadDataset] { items(.content) }
  var concept: String? { items(.conceptName).first?.text(.codeValue) }
  func child(_ concept: String) -> ReadDataset? { children.first { $0.concept == concept } }
  /// The measurement groups.
  var groups: [ReadDataset] { child("126010")?.children ?? [] }

  var outline: String {
    [text(.relationshipType), text(.valueType), concept].map { $0 ?? "?" }.joined(separator: " ")
  }

  /// The digits of a measurement.
  func number(_ concept: String) -> String? {
    let measured = child(concept)?.items(.measuredValue).first
    guard case .number(let number)? = measured?.values(.numericValue)?.first else { return nil }
    return number.text
  }

  /// The identifiers of this document and its findings.
  var uids: Set<String> {
    let own = [text(.sopInstanceUID), text(.seriesInstanceUID)].compactMap(\.self)
    return Set(own + groups.compactMap { $0.child("112040")?.text(.uid) })
  }

  /// Order, lengths and characters, everywhere below: PS3.18 F.2.2, PS3.5 6.2.
  func checkValues() {
    let tags = object.members.map(\.key)
    #expect(tags == tags.sorted())
    for (tag, value) in object.members {
      guard case .object(let element) = value, let kind = element["vr"]?.text else {
        Issue.record("\(tag) has no representation")
        continue
      }
      guard case .array(let values)? = element["Value"] else { continue }
      #expect(!values.isEmpty)
      for value in values { Self.check(value, tag, kind) }
    }
  }

  private static func check(_ value: JSON, _ tag: String, _ kind: String) {
    switch value {
    case .object(let item): ReadDataset(object: item).checkValues()
    case .number(let number): #expect(kind == "FD" || number.text.utf8.count <= 16, "\(tag)")
    case .string(let text):
      let limits = ["LO": 64, "SH": 16, "CS": 16, "UI": 64, "DA": 8, "TM": 14, "ST": 1024]
      #expect(text.utf8.count <= limits[kind] ?? .max, "\(tag)")
      let isText = kind == "UT" || kind == "ST"
      for scalar in text.unicodeScalars {
        let isLine = isText && (scalar == "\r" || scalar == "\n")
        #expect(isLine || scalar.properties.generalCategory != .control, "\(tag)")
        #expect(isText || scalar != "\\", "\(tag)")
      }
    default: Issue.record("\(tag) has a value that is none")
    }
  }
}
