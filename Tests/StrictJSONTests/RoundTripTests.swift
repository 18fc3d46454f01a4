import StrictJSON
import TestSupport
import Testing

@Suite("JSON there and back") struct RoundTripTests {
  static let document = #"""
    {"name":"tiny é 😀","list":[1,-2.5e-3,true,false,null,"a\"b\\c\n\u0001\u007f/"],
     "object":{"":{},"x":[[],[{}]]},"10":"\ud83d\ude00","big":1e400}
    """#

  @Test("Compact and pretty text hold the same value") func bothForms() throws {
    let json = try JSON(parsing: Self.document.utf8)
    #expect(try JSON(parsing: json.bytes) == json)
    #expect(try JSON(parsing: json.prettyBytes) == json)
    #expect(!json.bytes.contains(0x0a))
    #expect(json.prettyBytes.last == 0x0a)
  }

  @Test("The text is what one would write by hand") func byHand() {
    let json: JSON = ["a": [1, "x"], "b": [:], "c": .array([]), "d": .null, "e": true]
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == #"{"a":[1,"x"],"b":{},"c":[],"d":null,"e":true}"#)
    #expect(
      String(decoding: json.prettyBytes, as: UTF8.self) == """
        {
          "a": [
            1,
            "x"
          ],
          "b": {},
          "c": [],
          "d": null,
          "e": true
        }

        """)
  }

  @Test("No written string holds a raw control character, quote or backslash of its own")
  func strings() throws {
    let texts =
      (UInt8(0)...0x7f).map { String(Unicode.Scalar($0)) } + ["é", "😀", "\u{2028}", "\u{fffd}"]
    for text in texts {
      let bytes = JSON.string(text).bytes
      #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f }, "\(bytes)")
      #expect(try JSON(parsing: bytes) == .string(text))
    }
  }

  @Test("Random values come back equal, in both forms") func random() throws {
    let seed = FixtureSeed(50)
    var random = seed.generator
    for round in 0..<500 {
      let json = Self.value(depth: 5, &random)
      #expect(try JSON(parsing: json.bytes) == json, "round \(round), \(seed)")
      #expect(try JSON(parsing: json.prettyBytes) == json, "round \(round), \(seed)")
    }
  }

  @Test("A document cut off anywhere is refused") func truncated() throws {
    let documents = [
      Array(Self.document.utf8), try JSON(parsing: Self.document.utf8).prettyBytes.dropLast(1),
      try Fixtures.bytes("tiny-model/config.json").dropLast(1),
    ]
    for bytes in documents {
      #expect(throws: Never.self) { try JSON(parsing: bytes) }
      for length in 0..<bytes.count {
        #expect(throws: JSONError.self, "\(length) bytes") {
          try JSON(parsing: bytes.prefix(length))
        }
      }
    }
  }

  @Test("Mutated documents are read or refused, and what was read is written and read again")
  func mutations() throws {
    let seed = FixtureSeed(51)
    var random = seed.generator
    let good = Array(Self.document.utf8)
    let telling = Array("{}[]\":,\\u0d8e-+.tfn \u{0}".utf8) + [0x80, 0xc3, 0xed, 0xf0, 0xff]
    var accepted = 0
    for round in 0..<20_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let byte = telling.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        default: bytes.remove(at: place)
        }
      }
      guard let json = try? JSON(parsing: bytes) else { continue }
      accepted += 1
      #expect(try JSON(parsing: json.bytes) == json, "round \(round), \(seed)")
    }
    #expect(accepted > 0 && accepted < 20_000)
  }

  private static func value(depth: Int, _ random: inout VolumesRandom) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int(truncatingIfNeeded: random.next()))
    case 3: return .double(Double(bitPattern: random.next()))
    case 4: return .float(Float.random(in: -1...1, using: &random))
    case 5: return .string(text(&random))
    case 6:
      return .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth - 1, &random) })
    default:
      return .object(
        JSONObject(
          (0..<Int.random(in: 0...4, using: &random)).map {
            (key: "\($0)\(text(&random))", value: value(depth: depth - 1, &random))
          }))
    }
  }

  private static func text(_ random: inout VolumesRandom) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      let limit: UInt32 = Bool.random(using: &random) ? 0x80 : 0x11_0000
      if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) {
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}
