import StrictJSON
import TestSupport
import Testing

/// Rows D27, F1 to F13 and G5 of HostileInputs.md through the real server.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileTextTests {
  private struct Row {
    let name: String
    let body: [UInt8]
    let status: Int
    let code: String?
    let pointer: String?

    init(
      _ name: String, _ body: [UInt8], _ status: Int, _ code: String? = nil,
      at pointer: String? = nil
    ) {
      (self.name, self.body, self.status, self.code) = (name, body, status, code)
      self.pointer = pointer
    }
  }

  private static func rows(_ id: String) -> [Row] {
    let start = "{\"volume_id\":\"\(id)\","
    func prompts(_ list: String) -> [UInt8] { Array("\(start)\"prompts\":\(list)}".utf8) }
    func topK(_ value: String) -> [UInt8] {
      Array("\(start)\"prompts\":[\"gas\"],\"options\":{\"top_k\":\(value)}}".utf8)
    }
    func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    let many = { (count: Int) in "[" + repeated("\"gas\",", count - 1) + "\"gas\"]" }
    return [
      Row("F1 not UTF-8", prompts("[\"SECRET") + [0xFF] + Array("\"]}".utf8), 400, "invalid-json"),
      Row("F1 lone surrogate", prompts(#"["SECRET\ud800"]"#), 400, "invalid-json"),
      Row("F1 raw control character", prompts("[\"SECRET\u{1}\"]"), 400, "invalid-json"),
      Row("F2 byte order mark", [0xEF, 0xBB, 0xBF] + prompts("[\"gas\"]"), 200),
      Row(
        "F2 UTF-16",
        String(decoding: prompts("[\"gas\"]"), as: UTF8.self).utf16.flatMap {
          [UInt8($0 & 255), UInt8($0 >> 8)]
        }, 400, "invalid-json"),
      Row(
        "F3", Array("\(start)\"prompts\":[\"a\"],\"prompts\":[\"b\"]}".utf8), 400, "duplicate-key"),
      Row("F4", prompts("[\"gas\",]"), 400, "invalid-json"),
      Row("F5 1.0", topK("1.0"), 200),
      Row("F5 1e400", topK("1e400"), 422, "invalid-value", at: "/options/top_k"),
      Row("F5 2^63", topK("9223372036854775808"), 422, "invalid-value", at: "/options/top_k"),
      Row("F5 NaN", topK("NaN"), 400, "invalid-json"),
      Row("F6 16", prompts(repeated("[", 15) + repeated("]", 15)), 422, "invalid-value"),
      Row("F6 17", prompts(repeated("[", 16) + repeated("]", 16)), 400, "invalid-json"),
      Row("F6 600", prompts(repeated("[", 600) + repeated("]", 600)), 400, "invalid-json"),
      Row("F6 100,000", prompts(repeated("[", 100_000)), 400, "invalid-json"),
      Row("F7 unknown", prompts("[\"gas\"],\"SECRET\":1"), 422, "unknown-field"),
      Row(
        "F7 unknown option", prompts("[\"gas\"],\"options\":{\"SECRET\":1}"), 422, "unknown-field",
        at: "/options"),
      Row("F7 wrong kind", prompts("\"SECRET\""), 422, "invalid-value", at: "/prompts"),
      Row("F7 wrong element", prompts("[\"gas\",7]"), 422, "invalid-value", at: "/prompts/1"),
      Row("F7 null", prompts("null"), 422, "invalid-value", at: "/prompts"),
      Row("F8 none", prompts("[]"), 422, "prompt-empty", at: "/prompts"),
      Row("F8 256", prompts(many(256)), 200),
      Row("F8 257", prompts(many(257)), 413, "too-many-prompts", at: "/prompts"),
      Row("F8 empty", prompts("[\"gas\",\"\"]"), 422, "prompt-empty", at: "/prompts/1"),
      Row("F8 blank", prompts(#"["gas"," \n\t"]"#), 422, "prompt-empty", at: "/prompts/1"),
      Row("F8 2 KiB", prompts("[\"\(repeated("a ", 1024))\"]"), 200),
      Row(
        "F8 2 KiB and one", prompts("[\"\(repeated("a ", 1024))a\"]"), 413, "text-too-long",
        at: "/prompts/0"),
    ]
  }

  @Test func everyOddBodyGetsItsAnswerAndItsPlace() async throws {
    let service = try await RunningService(["--log-level", "trace"])
    let id = try #require(try await service.keep(ArchiveVolumes.volume(0)).json["id"]?.text)
    for row in Self.rows(id) {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses", type: "application/json", body: row.body)
      #expect(answer.status == row.status, "\(row.name)")
      if let code = row.code { #expect(answer.code == code, "\(row.name)") }
      if let pointer = row.pointer {
        let found = try answer.json["errors"]?.elements.first?["pointer"]?.text
        #expect(found == pointer, "\(row.name)")
      }
      #expect(!answer.text.contains("SECRET"), "\(row.name)")
      try await service.expectUnharmed(after: row.name)
    }
    #expect(!service.process.logged.contains("SECRET"))
  }

  @Test func aTextThatIsLongerThanTheModelReadsSaysSo() async throws {
    let service = try await RunningService()
    let id = try #require(try await service.keep(ArchiveVolumes.volume(0)).json["id"]?.text)
    for (count, isTruncated) in [(3, false), (200, true)] {
      let text = String(repeating: "heart ", count: count)
      let answer = try await service.send(
        "POST", "/v1/diagnoses", #"{"volume_id":"\#(id)","prompts":["\#(text)"]}"#)
      let finding = try #require(try answer.json["findings"]?.elements.first, "F11 \(count)")
      #expect(finding["truncated"] == .bool(isTruncated), "F11 \(count)")
      #expect(try #require(finding["tokens"]?.number) <= 97, "F11 \(count)")
    }
  }

  @Test func nothingIsFoundInAnEmptyStore() async throws {
    let service = try await RunningService()
    let answer = try await service.send("POST", "/v1/retrievals", #"{"query":{"text":"gas"}}"#)
    #expect(answer.status == 200, "G5")
    #expect(try answer.json["results"]?.elements.isEmpty == true, "G5")
    #expect(try answer.json["searched"]?.number == 0, "G5")
  }

  /// Rows D27 and F13.
  @Test func whatNamesAPatientIsNeitherLoggedNorReturned() async throws {
    let service = try await RunningService(["--log-level", "trace"])
    let words = ["SMITHSON", "MRN4711", "5550199"]
    let report = "FINDINGS: SMITHSON, MRN4711, phone 5550199: There is a nodule."
    let long = report + String(repeating: " There is gas.", count: 5000)
    var answers = [
      try await service.send("POST", "/v1/reports", #"{"report":"\#(report)"}"#),
      try await service.send("POST", "/v1/reports", #"{"report":"\#(long)"}"#),
      try await service.send("POST", "/v1/retrievals", #"{"query":{"report":"\#(long)"}}"#),
      try await service.send("POST", "/v1/retrievals", #"{"query":{"SMITHSON":"MRN4711"}}"#),
      try await service.answer("GET", "/v1/SMITHSON/MRN4711?5550199"),
      try await service.answer("GET", "/v1/reports/SMITHSON"),
    ]
    #expect(answers.map(\.status) == [201, 413, 413, 422, 404, 404])
    var file = HostileVolumes.good().bytes()
    let text = Array("\u{1B}[31mSMITHSON\u{7}".utf8) + [0xFF, 0xFE, 0xC3] + Array("MRN".utf8)
    // db_name, descrip, aux_file, intent_name
    for (offset, room) in [(14, 18), (148, 80), (228, 24), (328, 16)] {
      file.replaceSubrange(offset..<(offset + min(room, text.count)), with: text.prefix(room))
    }
    answers.append(try await service.diagnose(file))
    answers.append(try await service.keep(file))
    answers.append(try await service.diagnose(Array(file.dropLast())))
    #expect(answers.suffix(3).map(\.status) == [200, 200, 400], "D27")
    answers.append(try await service.answer("GET", "/metrics"))
    for word in words + ["\u{1B}"] {
      for answer in answers { #expect(!answer.text.contains(word), "\(word)") }
      #expect(!service.process.logged.contains(word), "\(word)")
    }
  }
}
