import StrictJSON
import TestSupport
import Testing

@testable import Archives
@testable import Calibrations
@testable import Inference

@Suite struct CalibrationTests {
  @Test func everyMemberOfADocumentIsRead() throws {
    let bytes = CalibrationSample.json().prettyBytes
    let calibration = try Calibration(parsing: bytes)
    #expect(calibration.name == "ward-7")
    #expect(calibration.method == "closest-to-corner")
    #expect(calibration.cohort == .init(name: "validation", studies: 400, note: ""))
    #expect(
      calibration.thresholds.first
        == .init(
          label: "x", text: "There is Lung nodule", threshold: 0.125, studies: 400, positives: 97,
          sensitivity: 0.91, specificity: 0.93))
    #expect(calibration.bytes == bytes)
    #expect(calibration.sha256 == ModelDigest.sha256(bytes))
  }

  @Test func whatWasWrittenReadsBackAsTheSame() throws {
    let thresholds = [Float(-1), 1, 0.1234, .leastNonzeroMagnitude, -0.1 / 3].enumerated().map {
      Calibration.Threshold(
        label: "label \($0)", text: "There is \"finding\" \($0)", threshold: $1, studies: $0,
        positives: 0, sensitivity: $0 == 1 ? 1.0 / 3 : nil)
    }
    let written = try Calibration(
      name: "a", modelSHA256: String(repeating: "af", count: 32), method: "closest-to-corner",
      cohort: .init(name: "c", studies: 5, note: "n"), thresholds: thresholds)
    #expect(written.thresholds == thresholds)
    #expect(try Calibration(parsing: written.bytes) == written)
  }

  @Test func theLargestNumberOfThresholdsFitsInAFile() throws {
    let thresholds = (0..<Calibration.thresholdLimit).map {
      Calibration.Threshold(
        label: "An abnormality of the lung", text: "There is An abnormality of the lung \($0)",
        threshold: 0.123_456_78, studies: 4000, positives: 1000, sensitivity: 2.0 / 3,
        specificity: 1.0 / 3)
    }
    let written = try Calibration(
      name: "large", modelSHA256: String(repeating: "0", count: 64), method: "m",
      cohort: .init(name: "c", studies: 4000, note: ""), thresholds: thresholds)
    #expect(written.bytes.count <= Calibration.byteLimit)
  }

  /// A score that is itself the threshold stays equal to it, however both were printed.
  @Test(arguments: ["0.1234", "0.12340000271797180", "1.234e-1"])
  func aThresholdIsTheFloatThatScoresAre(text: String) throws {
    let document = String(decoding: CalibrationSample.json().bytes, as: UTF8.self)
    let parts = document.split(separator: "0.125", omittingEmptySubsequences: false)
    let calibration = try Calibration(parsing: Array(parts.joined(separator: text).utf8))
    #expect(calibration.thresholds.allSatisfy { $0.threshold == 0.1234 })
  }

  @Test func everyMemberIsNeeded() throws {
    let json = CalibrationSample.json()
    for path in [
      ["format"], ["name"], ["model_sha256"], ["score"], ["method"], ["cohort"], ["thresholds"],
      ["cohort", "name"], ["cohort", "studies"], ["cohort", "note"],
    ] {
      let bytes = json.setting(path, to: nil).bytes
      let pointer = "/" + path.joined(separator: "/")
      #expect(throws: CalibrationError.member(pointer: pointer, reason: "is missing")) {
        try Calibration(parsing: bytes)
      }
    }
    for key in ["label", "text", "threshold", "studies", "positives"] {
      let bytes = Self.changing(key, to: nil).bytes
      let pointer = "/thresholds/0/\(key)"
      #expect(throws: CalibrationError.member(pointer: pointer, reason: "is missing")) {
        try Calibration(parsing: bytes)
      }
    }
    for key in ["sensitivity", "specificity"] {
      _ = try Calibration(parsing: Self.changing(key, to: nil).bytes)
    }
  }

  @Test(
    arguments: [
      (["format"], "brgsa-calibration/2"), (["format"], 1), (["name"], ""), (["name"], "A"),
      (["name"], "-a"), (["name"], "a/b"), (["name"], ".."), (["name"], "none"),
      (["name"], "model"), (["name"], .string(String(repeating: "a", count: 65))),
      (["name"], "ä"), (["name"], JSON.null), (["model_sha256"], "00"),
      (["model_sha256"], .string(String(repeating: "A", count: 64))), (["score"], "direct"),
      (["method"], ""), (["method"], .string(String(repeating: "m", count: 2049))),
      (["cohort"], []), (["cohort", "name"], ""), (["cohort", "studies"], -1),
      (["cohort", "studies"], 1_000_000_001), (["cohort", "studies"], .double(1.5)),
      (["cohort", "note"], 1), (["thresholds"], []), (["thresholds"], [:]),
      (["thresholds"], .array(Array(repeating: 1, count: 257))),
    ] as [([String], JSON)])
  func aMemberThatCannotBeIsRefusedByItsPointer(path: [String], value: JSON) throws {
    let bytes = CalibrationSample.json().setting(path, to: value).bytes
    try Self.expectRefusal(of: bytes, at: "/" + path.joined(separator: "/"))
  }

  @Test(
    arguments: [
      ("label", ""), ("label", 1), ("text", ""), ("text", JSON.null),
      ("text", .string(String(repeating: "t", count: 2049))), ("threshold", JSON.null),
      ("threshold", "0.1"), ("threshold", .double(1.000_000_01)), ("threshold", -2),
      ("studies", -1), ("positives", 401), ("positives", -1), ("sensitivity", .double(1.01)),
      ("sensitivity", JSON.null), ("specificity", .double(-0.01)), ("specificity", "1"),
    ] as [(String, JSON)])
  func anEntryThatCannotBeIsRefusedByItsPointer(key: String, value: JSON) throws {
    try Self.expectRefusal(of: Self.changing(key, to: value).bytes, at: "/thresholds/0/\(key)")
  }

  @Test(arguments: ["NaN", "Infinity", "1e400", "-1e400", "0x1p-3", ".5", "1.", "01"])
  func aThresholdThatIsNoNumberIsRefused(text: String) throws {
    let document = String(decoding: CalibrationSample.json().bytes, as: UTF8.self)
    let parts = document.split(separator: "0.125", omittingEmptySubsequences: false)
    let bytes = Array(parts.joined(separator: text).utf8)
    #expect(throws: CalibrationError.self) { try Calibration(parsing: bytes) }
  }

  @Test func unknownMembersAreRefusedWithoutBeingRepeated() throws {
    let json = CalibrationSample.json()
    let secret = "SMITH4711"
    for (document, place) in [
      (json.setting([secret], to: 1), ""), (json.setting(["cohort", secret], to: 1), "/cohort"),
      (Self.changing(secret, to: 1), "/thresholds/0"),
    ] {
      let error = try #require(throws: CalibrationError.self) {
        try Calibration(parsing: document.bytes)
      }
      guard case .unknownMember(let pointer, _) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect(pointer == place)
      #expect(!error.description.contains(secret))
    }
  }

  @Test func aTextThatComesTwiceIsRefused() throws {
    let json = CalibrationSample.json(texts: ["There is gas", "There are cysts", "There is gas"])
    #expect(
      throws: CalibrationError.member(
        pointer: "/thresholds/2/text", reason: "repeats /thresholds/0/text")
    ) { try Calibration(parsing: json.bytes) }
  }

  @Test func theNumberOfThresholdsIsBoundedAtTheLimitAndOneBeyond() throws {
    let texts = (0...Calibration.thresholdLimit).map { "t \($0)" }
    let most = CalibrationSample.json(texts: texts.dropLast()).bytes
    #expect(try Calibration(parsing: most).thresholds.count == Calibration.thresholdLimit)
    try Self.expectRefusal(of: CalibrationSample.json(texts: texts).bytes, at: "/thresholds")
  }

  @Test func theNumberOfBytesIsBoundedAtTheLimitAndOneBeyond() throws {
    let bytes = CalibrationSample.json().bytes
    let padding = [UInt8](repeating: 32, count: Calibration.byteLimit - bytes.count)
    _ = try Calibration(parsing: bytes + padding)
    #expect(
      throws: CalibrationError.tooLarge(
        bytes: Calibration.byteLimit + 1, limit: Calibration.byteLimit)
    ) { try Calibration(parsing: bytes + padding + [32]) }
  }

  @Test func whatIsNoJSONIsRefused() {
    for text in ["", "[]", "null", "{", "{\"format\":1,\"format\":1}", "\u{0}"] {
      #expect(throws: CalibrationError.self, "\(text)") {
        try Calibration(parsing: Array(text.utf8))
      }
    }
  }

  /// Flips every bit of some bytes: whatever comes of it is read or refused, and nothing traps.
  @Test func damagedDocumentsAreReadOrRefused() throws {
    let bytes = CalibrationSample.json().bytes
    var refused = 0
    for place in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << UInt8(bit)
        if (try? Calibration(parsing: damaged)) == nil { refused += 1 }
      }
      if (try? Calibration(parsing: Array(bytes[..<place]))) != nil {
        Issue.record("a document of \(place) bytes was read")
      }
    }
    #expect(refused > bytes.count)
  }

  // MARK: Helpers

  /// The sample with one member of its first entry replaced, added, or with nil removed.
  private static func changing(_ key: String, to value: JSON?) -> JSON {
    let json = CalibrationSample.json()
    guard case .object(let root) = json, case .array(var entries)? = root["thresholds"] else {
      return json
    }
    entries[0] = entries[0].setting([key], to: value)
    return json.setting(["thresholds"], to: .array(entries))
  }

  private static func expectRefusal(of bytes: [UInt8], at wanted: String) throws {
    let error = try #require(throws: CalibrationError.self) { try Calibration(parsing: bytes) }
    guard case .member(let pointer, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(pointer == wanted)
  }
}
