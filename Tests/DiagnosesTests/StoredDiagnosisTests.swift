import Diagnoses
import StrictJSON
import TestSupport
import Testing

/// The document of a diagnosis: written, read, and read from earlier versions.
@Suite struct StoredDiagnosisTests {
  private let sample = StoredDiagnosis(
    id: "dx_1", createdAt: "2026-11-22T15:04:05Z",
    volume: [
      "id": "sha256-x", "shape": [2, 3, 4],
      "warnings": [["code": "lung-missing", "detail": "Is this a chest?"]],
    ],
    model: [
      "name": "m", "version": "4", "sha256": "a0", "recipe": "lps/1",
      "calibration": ["name": "ward", "sha256": "b1", "source": "site"],
    ],
    findings: [
      StoredFinding(
        rank: 1, index: 1, label: "=gas", texts: ["There is gas", "Gas"],
        figures: [
          .score: number(0.25), .direct: number(0.125), .bridged: number(0.375),
          .spread: number(0.5), .margin: number(-0.0625), .percentile: number(1),
        ], textScores: [.float(0), .float(0.5)], isPositive: nil, decision: .outsideDomain,
        tokens: 6, isTruncated: true),
      StoredFinding(
        rank: 2, index: 0, label: "<b>", texts: ["There is <b>"],
        figures: [
          .score: number(-0.1), .direct: number(0), .bridged: number(-0.2),
          .directBridgedText: number(0.5), .bridgedBoth: number(0.75), .threshold: number(-0.5),
        ], textScores: [], isPositive: true, decision: .aboveThreshold, tokens: 4,
        isTruncated: false),
    ], details: ["cache": ["volume": "hit"], "timings_ms": ["total": 7]],
    notice: "Research use only.")

  private static func number(_ value: Float) -> JSONNumber {
    guard let number = JSONNumber(value) else { preconditionFailure("\(value)") }
    return number
  }

  @Test func theResponseHasItsMembersInOrder() {
    let text = """
      {"id":"dx_1","created_at":"2026-11-22T15:04:05Z","volume":{"id":"sha256-x","shape":[2,3,4],\
      "warnings":[{"code":"lung-missing","detail":"Is this a chest?"}]},"model":{"name":"m",\
      "version":"4","sha256":"a0","recipe":"lps/1","calibration":{"name":"ward","sha256":"b1",\
      "source":"site"}},"findings":[{"rank":1,"index":1,"label":"=gas","texts":["There is gas","Gas"],\
      "score":0.25,"score_kind":"cosine_mean","components":{"direct":0.125,"bridged":0.375},\
      "stability":{"spread":0.5,"scores":[0,0.5]},"margin":-0.0625,"percentile":1,"threshold":null,\
      "positive":null,"decision":"outside-domain","tokens":6,"truncated":true},{"rank":2,"index":0,\
      "label":"<b>","text":"There is <b>","score":-0.1,"score_kind":"cosine_mean","components":\
      {"direct":0,"bridged":-0.2,"direct_bridged_text":0.5,"bridged_both":0.75},"margin":null,\
      "percentile":null,"threshold":-0.5,"positive":true,"decision":"above-threshold","tokens":4,\
      "truncated":false}],"cache":{"volume":"hit"},"timings_ms":{"total":7},\
      "notice":"Research use only."}
      """
    #expect(String(decoding: sample.json.bytes, as: UTF8.self) == text)
  }

  @Test func aDocumentReadsBackAsTheSameDiagnosis() {
    let document = sample.document
    #expect(document.starts(with: Array(#"{"version":2,"id":"#.utf8)))
    #expect(StoredDiagnosis(document: document) == sample)
    #expect(StoredDiagnosis.response(in: document) == sample.json.bytes)
  }

  /// Until version 2 the store held the response itself.
  @Test func aDocumentWithoutAVersionIsReadAndShownAsItIs() {
    let document = sample.json.bytes
    #expect(StoredDiagnosis(document: document) == sample)
    #expect(StoredDiagnosis.response(in: document) == document)
  }

  /// What `make_store.py` got from version 0.1.0, written by version 0.1.0's own code.
  @Test func aDiagnosisOfVersion010LosesNothing() throws {
    let document = try Fixtures.bytes("store-0.1.0.json")
    let diagnosis = try #require(StoredDiagnosis(document: document))
    #expect(diagnosis.json.bytes == document)
    #expect(diagnosis.findings.map(\.index) == [2, 0, 1])
    #expect(diagnosis.findings.allSatisfy { $0.decision == nil })
    #expect(diagnosis.findings.map(\.isPositive) == [nil, true, nil])
    #expect(diagnosis.warnings.map(\.code) == ["orientation-assumed"])
    #expect(diagnosis.csv.split(separator: "\r\n").count == 4)
    #expect(diagnosis.html.contains("<td>&lt;b&gt;, &quot;nodule&quot;</td>"))
  }

  @Test func otherVersionsAndDamagedDocumentsAreRefused() {
    let rest = Array(sample.document.dropFirst(#"{"version":2,"#.utf8.count))
    for version in ["3", "1", "22", "null", "\"2\""] {
      let document = Array("{\"version\":\(version),".utf8) + rest
      #expect(StoredDiagnosis(document: document) == nil, "\(version)")
      #expect(StoredDiagnosis.response(in: document) == nil, "\(version)")
    }
    let late = Array(sample.json.bytes.dropLast()) + Array(#","version":2}"#.utf8)
    #expect(StoredDiagnosis(document: late) == nil)
    for count in 0..<sample.document.count {
      #expect(StoredDiagnosis(document: Array(sample.document.prefix(count))) == nil, "\(count)")
    }
  }

  @Test func tablesShowNumbersAsTheyAreAndReservationsInWords() {
    let rows = sample.csv.split(separator: "\r\n")
    #expect(
      rows[1]
        == "1,'=gas,0.25,0.125,0.375,-0.0625,1,,,outside-domain,lung-missing: Is this a chest?,Research use only.,cosine_mean"
    )
    #expect(rows[2].hasPrefix("2,<b>,-0.1,0,-0.2,,,-0.5,yes,above-threshold,"))
    #expect(sample.html.contains("<td>outside the model's domain</td></tr>"))
    #expect(sample.html.contains("<td>&lt;b&gt;</td>") && !sample.html.contains("<b>"))
    #expect(sample.html.contains("<dt>Recipe</dt><dd>lps/1</dd>"))
  }

  @Test func modelParametersNameTheCalibration() {
    #expect(
      sample.modelParameters == [
        "sha256=a0", "recipe=lps/1", "calibration=ward", "calibration sha256=b1",
      ])
    #expect(sample.date == "20261122" && sample.time == "150405")
  }
}
