import StrictJSON
import TestSupport
import Testing

/// `GET /v1/diagnoses/{id}` as a DICOM structured report, through the real server.
@Suite struct StructuredReportRouteTests {
  private static let wanted = [
    "Accept: text/csv;q=0.2, application/dicom+json;q=0.9, */*;q=0.1"
  ]
  private let good = HostileVolumes.good().bytes()

  @Test func itHasTheFindingsOfTheAnswer() async throws {
    let service = try await LocalService()
    let first = try await service.diagnose(good, query: "prompt=gas%5C&prompt=%C3%A9panchement")
    let place = try #require(first.header("Location"))
    let answer = try await service.answer("GET", place, headers: Self.wanted)
    #expect(answer.status == 200)
    #expect(answer.header("Content-Type") == "application/dicom+json")
    #expect(answer.header("Vary") == "Accept")
    #expect(try await service.answer("GET", place, headers: Self.wanted).body == answer.body)
    let findings = try #require(try first.json["findings"]?.elements)
    let groups = try Self.report(answer).groups
    #expect(groups.map { $0.child("112039")?.value("0040A160") } == findings.map { $0["label"] })
    let scores = groups.map { $0.child("score")?.value("0040A300")?.value("0040A30A") }
    #expect(scores == findings.map { $0["score"] } && scores.count == 2)
  }

  @Test func itHasTheStudyThatTheVolumeIsSaidToBeOf() async throws {
    let service = try await LocalService()
    let first = try await service.diagnose(good)
    let place = try #require(first.header("Location"))
    let id = try #require(try first.json["volume"]?["id"]?.text)
    for (metadata, study, accession) in [
      ("{}", nil, nil), (#"{"study_uid":"1.2.3","accession":"4711"}"#, "1.2.3", "4711"),
      (#"{"study_uid":"1\\2","accession":"a\\b"}"#, nil, nil),
    ] {
      let answer = try await service.send("PUT", "/v1/volumes/\(id)/metadata", metadata)
      #expect(answer.status == 200)
      let report = try Self.report(
        try await service.answer("GET", place, headers: Self.wanted))
      #expect(report.value("0020000D")?.text == study, "\(metadata)")
      #expect(report.value("00080050")?.text == accession, "\(metadata)")
    }
  }

  @Test func whoAcceptsAnythingGetsJSONAndARefusalNamesTheForm() async throws {
    let service = try await LocalService()
    let first = try await service.diagnose(good)
    let place = try #require(first.header("Location"))
    let any = try await service.answer("GET", place, headers: ["Accept: application/*"])
    #expect(any.body == first.body && any.header("Vary") == "Accept")
    let other = try await service.answer("GET", place, headers: ["Accept: application/dicom"])
    #expect(other.status == 406)
    #expect(try other.json["hint"]?.text?.contains("application/dicom+json") == true)
    let missing = try await service.answer("GET", "/v1/diagnoses/dx_0", headers: Self.wanted)
    #expect(missing.status == 404)
  }

  private static func report(_ answer: RawAnswer) throws -> JSON {
    let sets = try JSON(parsing: answer.body, depthLimit: 40).elements
    #expect(sets.count == 1)
    return try #require(sets.first)
  }
}

extension JSON {
  /// The first value of an attribute of a data set.
  fileprivate func value(_ tag: String) -> JSON? { self[tag]?["Value"]?.elements.first }

  /// The content item below this one whose concept has this code.
  fileprivate func child(_ code: String) -> JSON? {
    self["0040A730"]?["Value"]?.elements.first {
      $0.value("0040A043")?.value("00080100")?.text == code
    }
  }

  /// The measurement groups of a report.
  fileprivate var groups: [JSON] { child("126010")?["0040A730"]?["Value"]?.elements ?? [] }
}
