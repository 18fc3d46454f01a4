import HTTP
import StrictJSON
import TestSupport
import Testing

@testable import API
@testable import OpenInferenceProtocol

/// The codec of the Open Inference Protocol: JSON, and tensors behind it.
@Suite struct OpenInferenceTests {
  @Test func tensorsLieInTheOrderOfTheInputs() throws {
    let prompts = Self.tensor(["gas", ""])
    let file: [UInt8] = [1, 2, 3, 4, 5]
    for isVolumeFirst in [false, true] {
      let inputs = [
        Self.input("volume", 1, "binary", 4 + file.count),
        Self.input("prompts", 2, "binary", prompts.count),
      ]
      let parts = [Self.element(file), prompts]
      let order = isVolumeFirst ? [0, 1] : [1, 0]
      let json = "{\"inputs\":[\(order.map { inputs[$0] }.joined(separator: ","))]}"
      let asked = try Self.parse(json, order.flatMap { parts[$0] })
      let start = json.utf8.count + (isVolumeFirst ? 0 : prompts.count) + 4
      #expect(asked.volume == .file(start..<(start + 5)), "volume first: \(isVolumeFirst)")
      #expect(asked.prompts.map(\.text) == ["gas", ""])
      let place = "/inputs/\(isVolumeFirst ? 1 : 0)/data"
      #expect(asked.prompts.map(\.pointer) == ["\(place)/0", "\(place)/1"])
    }
  }

  @Test func jsonAloneIsEnoughForAVolumeThatIsKept() throws {
    let asked = try Self.parse(
      """
      {"id":"é","inputs":[\(Self.input("volume_id", 1, "data", #"["sha256-0"]"#)),
      \(Self.input("prompts", 2, "data", #"["gas","There is gas"]"#))],
      "parameters":{"prompt_set":"ct-rate-18","persist":false}}
      """)
    #expect(asked.id == "é")
    #expect(asked.volume == .stored(id: "sha256-0"))
    #expect(asked.prompts.map(\.text) == ["gas", "There is gas"])
    #expect(asked.promptSet == "ct-rate-18")
    #expect(asked.persists == false)
    #expect(asked.outputs.map(\.output) == [.scores, .volumeEmbedding, .labels])
    #expect(!asked.outputs.contains { $0.isBinary })
  }

  @Test func theKeptVolumeMayBeNamedInBinaryToo() throws {
    let id = Self.tensor(["sha256-0"])
    let asked = try Self.parse(
      "{\"inputs\":[\(Self.input("volume_id", 1, "binary", id.count))]}", id)
    #expect(asked.volume == .stored(id: "sha256-0"))
    #expect(asked.prompts.isEmpty)
  }

  @Test func outputsAreChosenInTheirOrderAndForm() throws {
    let cases: [(String, [(OpenInference.Output, Bool)])] = [
      (#""outputs":[]"#, [(.scores, false), (.volumeEmbedding, false), (.labels, false)]),
      (
        #""parameters":{"binary_data_output":true}"#,
        [(.scores, true), (.volumeEmbedding, true), (.labels, true)]
      ),
      (
        #""outputs":[{"name":"labels","parameters":{"binary_data":true}},{"name":"scores"}]"#,
        [(.labels, true), (.scores, false)]
      ),
      (
        #""parameters":{"binary_data_output":true},"outputs":[{"name":"scores","parameters":{}},{"name":"labels","parameters":{"binary_data":false}}]"#,
        [(.scores, true), (.labels, false)]
      ),
    ]
    for (members, wanted) in cases {
      let asked = try Self.parse("{\"inputs\":[\(Self.kept)],\(members)}")
      #expect(
        asked.outputs
          == wanted.map { OpenInferenceRequest.WantedOutput(output: $0.0, isBinary: $0.1) },
        "\(members)")
    }
  }

  @Test func whatIsWrongIsRefusedAtItsPlaceAndNeverRepeated() throws {
    for row in Self.refusals {
      let problem = try #require(throws: Problem.self, "\(row.json)") {
        _ = try Self.parse(row.json, row.tensors)
      }
      #expect(problem.type == row.type, "\(row.json)")
      #expect(problem.errors.first?.pointer == row.pointer, "\(row.json)")
      let text = String(decoding: problem.json(requestID: nil).bytes, as: UTF8.self)
      #expect(!text.contains("SECRET"), "\(row.json)")
    }
  }

  @Test func theIDHoldsItsLimitAndOneBeyondDoesNot() throws {
    let limit = OpenInference.idByteLimit
    for (count, isTaken) in [(0, true), (limit, true), (limit + 1, false)] {
      let id = String(repeating: "i", count: count)
      let json = "{\"id\":\"\(id)\",\"inputs\":[\(Self.kept)]}"
      if isTaken {
        #expect(try Self.parse(json).id == id, "\(count)")
      } else {
        let problem = try #require(throws: Problem.self) { _ = try Self.parse(json) }
        #expect(problem.type == .textTooLong && problem.errors.map(\.pointer) == ["/id"])
      }
    }
  }

  @Test func allButTheVolumeHoldsItsLimitAndOneBeyondDoesNot() throws {
    let file = [UInt8](repeating: 7, count: 5000)
    let prompts = Self.tensor(["gas", "air"])
    let json = Self.inputs(
      Self.input("volume", 1, "binary", 4 + file.count),
      Self.input("prompts", 2, "binary", prompts.count))
    let needed = json.utf8.count + prompts.count
    let body = Self.element(file) + prompts
    #expect(try Self.parse(json, body, byteLimit: needed).prompts.count == 2)
    for limit in [needed - 1, json.utf8.count - 1] {
      let problem = try #require(throws: Problem.self) {
        _ = try Self.parse(json, body, byteLimit: limit)
      }
      #expect(problem.type == .bodyTooLarge, "\(limit)")
      #expect(problem.limit == .integer(limit))
    }
  }

  @Test func theLengthOfTheJSONIsOneWholeNumberWithinTheBody() throws {
    for (values, wanted) in [
      ([], nil), (["0"], 0), (["17"], 17), (["017"], 17),
    ] as [([String], Int?)] {
      #expect(try OpenInferenceBody.jsonByteCount(Self.head(values)) == wanted, "\(values)")
    }
    for values in [
      ["-1"], ["+1"], ["1.0"], ["ten"], [" "], ["1", "1"], ["0x10"], ["9223372036854775808"], ["١"],
    ] {
      let problem = try #require(throws: Problem.self, "\(values)") {
        try Self.problem { () throws(OpenInferenceError) in
          _ = try OpenInferenceBody.jsonByteCount(Self.head(values))
        }
      }
      #expect(problem.type == .malformedRequest, "\(values)")
    }
    let longer = try #require(throws: Problem.self) {
      try Self.problem { () throws(OpenInferenceError) in
        _ = try OpenInferenceBody(byteCount: 9, jsonByteCount: 10, byteLimit: 99) { _ in [] }
      }
    }
    #expect(longer.type == .malformedRequest && longer.actual == 10)
  }

  @Test func whatIsTooLongIsToldByTheHead() throws {
    let name = OpenInferenceBody.lengthHeader
    let cases: [(Headers, Bool?)] = [
      (["Content-Length": "100"], false), (["Content-Length": "101"], nil), ([:], true),
      ([name: "100", "Content-Length": "101"], true),
      ([name: "7", "Content-Length": "100"], false),
      ([name: "101", "Content-Length": "200"], nil), ([name: "100"], true),
    ]
    for (headers, wanted) in cases {
      let head = RequestHead(
        id: "abcdefgh", method: .post, path: "/", route: RouteMatch(pattern: "/"), headers: headers)
      if let wanted {
        #expect(try OpenInferenceBody.mayBeLong(head, byteLimit: 100) == wanted, "\(headers)")
      } else {
        let problem = try #require(throws: Problem.self, "\(headers)") {
          try Self.problem { () throws(OpenInferenceError) in
            _ = try OpenInferenceBody.mayBeLong(head, byteLimit: 100)
          }
        }
        #expect(problem.type == .bodyTooLarge, "\(headers)")
      }
    }
  }

  /// Laws: nothing traps, nothing is read beyond the body, and no more than the limit in all.
  @Test func noDamageTrapsOrReadsWhereNothingIs() throws {
    let prompts = Self.tensor(["gas", "air", ""])
    let json = Self.inputs(
      Self.input("prompts", 3, "binary", prompts.count), Self.input("volume", 1, "binary", 104))
    let good = Array(json.utf8) + prompts + Self.element([UInt8](repeating: 1, count: 100))
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = VolumesRandom(seed: seed)
    var (accepted, refused) = (0, 0)
    for _ in 0..<4000 {
      var body = good
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let place = Int.random(in: 0..<body.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: body[place] = UInt8.random(in: 0...255, using: &random)
        case 1: body[place] = [0, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
        case 2: body.remove(at: place)
        default: body.insert(UInt8(ascii: "9"), at: place)
        }
      }
      var length = json.utf8.count
      if Int.random(in: 0..<8, using: &random) == 0 {
        length = Int.random(in: 0...body.count, using: &random)
      }
      let limit = length + prompts.count
      let reader = CountingReader(body)
      do {
        let asked = try OpenInferenceRequest(
          OpenInferenceBody(
            byteCount: body.count, jsonByteCount: length, byteLimit: limit, read: reader.read),
          promptLimit: 8)
        if case .file(let range) = asked.volume {
          #expect(range.lowerBound >= length && range.upperBound <= body.count, "seed \(seed)")
        }
        accepted += 1
      } catch {
        refused += 1
      }
      // The length of the volume is looked at where it lies.
      #expect(reader.count <= limit + OpenInferenceInputs.lengthBytes, "seed \(seed)")
      #expect(!reader.isBeyond, "seed \(seed)")
    }
    #expect(accepted > 100 && refused > 100, "seed \(seed)")
  }

  private final class CountingReader {
    let bytes: [UInt8]
    private(set) var count = 0
    private(set) var isBeyond = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(_ range: Range<Int>) throws(OpenInferenceError) -> [UInt8] {
      isBeyond = isBeyond || range.lowerBound < 0 || range.upperBound > bytes.count
      count += range.count
      return Array(bytes[range.clamped(to: 0..<bytes.count)])
    }
  }

  // MARK: Requests

  static let kept = input("volume_id", 1, "data", #"["sha256-0"]"#)

  /// An input; `value` is its data as JSON, or the size of its binary data.
  static func input(
    _ name: String, _ count: Int, _ form: String, _ value: some CustomStringConvertible
  ) -> String {
    let data =
      form == "data" ? "\"data\":\(value)" : "\"parameters\":{\"binary_data_size\":\(value)}"
    return "{\"name\":\"\(name)\",\"shape\":[\(count)],\"datatype\":\"BYTES\",\(data)}"
  }

  static func inputs(_ inputs: String...) -> String {
    "{\"inputs\":[\(inputs.joined(separator: ","))]}"
  }

  static func element(_ bytes: [UInt8]) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
  }

  static func tensor(_ texts: [String]) -> [UInt8] {
    texts.flatMap { element(Array($0.utf8)) }
  }

  private static func head(_ lengths: [String]) -> RequestHead {
    RequestHead(
      id: "abcdefgh", method: .post, path: "/", route: RouteMatch(pattern: "/"),
      headers: Headers(
        lengths.map { Headers.Field(name: OpenInferenceBody.lengthHeader, value: $0) }))
  }

  private static func parse(
    _ json: String, _ tensors: [UInt8] = [], byteLimit: Int = 1 << 20
  ) throws -> OpenInferenceRequest {
    let bytes = Array(json.utf8) + tensors
    return try problem { () throws(OpenInferenceError) in
      try OpenInferenceRequest(
        OpenInferenceBody(
          byteCount: bytes.count, jsonByteCount: json.utf8.count, byteLimit: byteLimit
        ) { Array(bytes[$0]) }, promptLimit: 8)
    }
  }

  /// What `body` returns, with its errors as clients see them.
  private static func problem<Value>(
    _ body: () throws(OpenInferenceError) -> Value
  ) throws(Problem) -> Value {
    do throws(OpenInferenceError) {
      return try body()
    } catch {
      throw Problem(error)
    }
  }
}
