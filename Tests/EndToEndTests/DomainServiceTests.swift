import StrictJSON
import TestSupport
import Testing

/// The bundled model was made for drawings of chests, and says yes or no of nothing else; every answer says what it is.
@Suite struct DomainServiceTests {
  private static let model = "\(Fixtures.checkout)/Models/phantom"
  private static let sample = "\(model)/samples/volumes/phantom_4_00000.nii.gz"
  private static let notice = "not for patients"
  private static let prompts = [
    "Medical material", "Pericardial effusion", "Lung opacity", "Emphysema", "Pleural effusion",
    "Lung nodule",
  ]
  private static let query = prompts.map {
    "prompt=\($0.replacing(" ", with: "+"))"
  }.joined(separator: "&")

  @Test(arguments: TissueVolume.allCases)
  func noFindingOfTissueIsPositive(tissue: TissueVolume) async throws {
    let file = try TemporaryFile(tissue.file.bytes())
    let arguments =
      ["diagnose", file.path, "--model", Self.model] + Self.prompts.flatMap { ["-p", $0] }
    let outcome = try await BrgsaProcess.run(arguments + ["--json"])
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let answer = try JSON(parsing: Array(outcome.output.utf8))
    let findings = try #require(answer["findings"]).elements
    #expect(findings.count == Self.prompts.count)
    for finding in findings {
      #expect(finding["positive"] == .null && finding["decision"]?.text == "outside-domain")
      #expect(finding["threshold"]?.number != nil && finding["score"]?.number != nil)
    }
    let domain = try #require(answer["volume"]?["domain"])
    #expect(domain["inside"] == .bool(false))
    #expect(try #require(domain["distance"]?.number) > 1.5 * #require(domain["limit"]?.number))
    let codes = answer["volume"]?["warnings"]?.elements.compactMap { $0["code"]?.text }
    #expect(codes?.last == "outside-domain", "\(codes ?? [])")
    // The phantoms' thresholds are nobody's for this volume, wherever they are said to come from.
    let table = try await BrgsaProcess.run(
      arguments + ["--calibration", "\(Self.model)/calibration.json"])
    let lines = table.output.split(separator: "\n")
    #expect(lines.count { $0.hasSuffix("outside the model's domain") } == Self.prompts.count)
    let warning = try #require(lines.firstIndex { $0.contains("warning: outside-domain: ") })
    let notice = try #require(lines.firstIndex { $0.contains(Self.notice) })
    let head = try #require(lines.firstIndex { $0.contains("rank") })
    #expect(notice < head && warning < head)
    let csv = try await BrgsaProcess.run(arguments + ["--csv"])
    let rows = csv.output.split(separator: "\n").dropFirst()
    #expect(rows.count == Self.prompts.count)
    for row in rows {
      #expect(row.contains(",,outside-domain,") && row.contains(Self.notice), "\(row)")
    }
  }

  @Test func aSampleIsStillDecided() async throws {
    for name in ["00000", "00001", "00003"] {
      let outcome = try await BrgsaProcess.run(
        [
          "diagnose", "\(Self.model)/samples/volumes/phantom_4_\(name).nii.gz", "--model",
          Self.model, "--json",
        ] + Self.prompts.flatMap { ["-p", $0] })
      let answer = try JSON(parsing: Array(outcome.output.utf8))
      #expect(answer["volume"]?["domain"]?["inside"] == .bool(true), "\(name)")
      for finding in try #require(answer["findings"]).elements {
        let isPositive = try #require(finding["positive"])
        #expect(isPositive != .null)
        #expect(
          finding["decision"]?.text
            == (isPositive == .bool(true) ? "above-threshold" : "not-above-threshold"))
      }
    }
  }

  @Test func everyFormOfAnAnswerSaysSo() async throws {
    let service = try await RunningService(model: Self.model)
    let tissue = TissueVolume.coarseChest.file.bytes()
    let made = try await service.diagnose(tissue, query: Self.query)
    let place = try #require(made.header("Location"), "\(made.text)")
    #expect(made.header("Brgsa-Notice")?.contains(Self.notice) == true)
    let csv = try await service.answer("GET", place, headers: ["Accept: text/csv"]).text
    #expect(csv.hasPrefix("rank,label,score,direct,bridged,margin,percentile,threshold,positive,"))
    let rows = csv.split(whereSeparator: \.isNewline)
    #expect(rows.first?.hasSuffix(",positive,decision,warnings,notice,score_kind") == true)
    for row in rows.dropFirst() {
      #expect(row.contains(",,outside-domain,") && row.contains(Self.notice), "\(row)")
      #expect(row.contains("outside-domain: The volume is unlike the drawings of chests"))
      #expect(!row.contains(",yes") && !row.contains(",no,"))
    }
    let page = try await service.answer("GET", place, headers: ["Accept: text/html"]).text
    let table = try #require(page.firstRange(of: "<table>")).lowerBound
    let warned = try #require(page.firstRange(of: "<strong>outside-domain</strong>")).lowerBound
    let noticed = try #require(page.firstRange(of: Self.notice)).lowerBound
    #expect(noticed < warned && warned < table)
    #expect(page.split(separator: "<td>outside the model's domain</td>").count == 7)
    let report = try await service.answer(
      "GET", place, headers: ["Accept: application/dicom+json"]
    ).text
    #expect(report.contains("outside-domain: The volume is unlike"))
    #expect(report.contains("No evaluation against a threshold: outside the model's domain."))
    #expect(!report.contains("Above the calibrated threshold"))
    // Again by the same file, packed otherwise, and by its id.
    let id = try #require(try made.json["volume"]?["id"]?.text)
    let packed = try await service.diagnose(NIfTIGzip().member(tissue), query: Self.query)
    let known = try await service.send(
      "POST", "/v1/diagnoses", #"{"volume_id":"\#(id)","prompts":["Emphysema"]}"#)
    for answer in [try await service.diagnose(tissue, query: Self.query), packed, known] {
      let findings = try #require(try answer.json["findings"]).elements
      #expect(!findings.isEmpty && findings.allSatisfy { $0["positive"] == .null })
      #expect(findings.allSatisfy { $0["decision"]?.text == "outside-domain" })
    }
  }

  @Test func searchesAndVolumesSaySoToo() async throws {
    let service = try await RunningService(model: Self.model)
    let id = try #require(
      try await service.keep(TissueVolume.abdomen.file.bytes()).json["id"]?.text)
    let search = try await service.send("POST", "/v1/retrievals", #"{"query":{"text":"gas"}}"#)
    let volume = try await service.answer("GET", "/v1/volumes/\(id)")
    let list = try await service.answer("GET", "/v1/volumes")
    let info = try await service.answer("GET", "/v1/info")
    for answer in [search, volume, list] {
      #expect(try answer.json["notice"]?.text?.contains(Self.notice) == true, "\(answer.text)")
      #expect(answer.header("Brgsa-Notice")?.contains(Self.notice) == true)
    }
    #expect(try info.json["model"]?["notice"]?.text?.contains(Self.notice) == true)
    #expect(try info.json["model"]?["domain"]?["name"]?.text == "phantoms")
    let listed = try #require(try list.json["volumes"]?.elements.first)
    let alone = JSON.object(try volume.json)
    for shown in [alone, listed] {
      let codes = shown["warnings"]?.elements.compactMap { $0["code"]?.text }
      #expect(codes?.contains("outside-domain") == true)
    }
    let embeddings = try await service.send("POST", "/v1/embeddings", #"{"input":"There is gas"}"#)
    #expect(embeddings.header("Brgsa-Notice")?.contains(Self.notice) == true)
  }

  @Test func searchesOfTheCommandLineSaySo() async throws {
    let folder = try ArchiveFolder()
    let options = ["--store", folder.store, "--model", Self.model]
    let kept = try await BrgsaProcess.run(["embed", Self.sample] + options)
    #expect(kept.exitCode == 0 && kept.complaints.contains(Self.notice), "\(kept)")
    let found = try await BrgsaProcess.run(["retrieve", "--text", "lung nodule"] + options)
    let lines = found.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("# ") && lines[0].contains(Self.notice))
    #expect(lines[1].split(separator: "\t").count == 3)
  }
}
