import StrictJSON
import TestSupport
import Testing

@Suite("Numbers of JSON") struct NumberTests {
  @Test(
    "The grammar's numbers are read and keep their text",
    arguments: [
      ("0", 0, 0), ("-0", 0, -0.0), ("1", 1, 1), ("-1", -1, -1), ("120", 120, 120),
      ("0.5", nil, 0.5), ("-0.0", nil, -0.0), ("1.0", nil, 1), ("1e2", nil, 100),
      ("1E+2", nil, 100),
      ("1e-2", nil, 0.01), ("0e0", nil, 0), ("1.25e1", nil, 12.5), ("1e-400", nil, 0),
      ("0e999999999999999999999", nil, 0),
      ("9223372036854775807", Int.max, 0x1p63), ("-9223372036854775808", Int.min, -0x1p63),
      ("9223372036854775808", nil, 0x1p63),
      ("100000000000000000000000000000", nil, 1e29),
      ("1e400", nil, nil), ("-1e400", nil, nil), ("1e308", nil, 1e308), ("1.8e308", nil, nil),
    ] as [(String, Int?, Double?)])
  func numbers(_ text: String, _ integer: Int?, _ double: Double?) throws {
    guard case .number(let number) = try JSON(parsing: text.utf8) else {
      Issue.record("no number")
      return
    }
    #expect(number.text == text)
    #expect(number.integer(in: .min ... .max) == integer)
    #expect(number.double == double)
    #expect(number.double?.sign == double?.sign)
    #expect(JSON.number(number).bytes == Array(text.utf8))
  }

  @Test(
    "Anything else is no number",
    arguments: [
      "+1", "-", "--1", "01", "-01", "00", "1.", ".5", "-.5", "1.e2", "1e", "1e+", "1e1.5", "0x10",
      "1_000", "1 e2", "- 1", "١", "1f", "1e2e3", "1.2.3", "∞", "0b1", "1d0",
    ])
  func noNumbers(_ text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text.utf8) }
    #expect(throws: JSONError.self) { try JSON(parsing: "[\(text)]".utf8) }
  }

  @Test("A double's digits read back as the same bits") func doubles() throws {
    let seed = FixtureSeed(40)
    var random = seed.generator
    let special: [Double] = [
      0, -0.0, 1, 0.1, 1e15, 1e16, 1e22, 0x1p53, .leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1 / 3,
    ]
    let patterns = (0..<20_000).map { _ in Double(bitPattern: random.next()) }
    for value in special + patterns {
      let json = JSON.double(value)
      guard value.isFinite else {
        #expect(json == .null)
        continue
      }
      guard case .number(let number) = try JSON(parsing: json.bytes) else {
        Issue.record("\(value) is no number")
        continue
      }
      #expect(number.double?.bitPattern == value.bitPattern, "\(number.text), \(seed)")
    }
  }

  @Test("A float's digits read back as the same bits and are at most nine")
  func floats() throws {
    let seed = FixtureSeed(41)
    var random = seed.generator
    let special: [Float] = [
      0, -0.0, 1, 0.1, 16_777_216, 33_554_432, 1e10, .leastNonzeroMagnitude,
      .greatestFiniteMagnitude, 1 / 3, -2.5e-8,
    ]
    let patterns = (0..<20_000).map { _ in
      Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
    }
    for value in special + patterns {
      let json = JSON.float(value)
      guard value.isFinite else {
        #expect(json == .null)
        continue
      }
      guard case .number(let number) = try JSON(parsing: json.bytes) else {
        Issue.record("\(value) is no number")
        continue
      }
      #expect(Float(number.text)?.bitPattern == value.bitPattern, "\(number.text), \(seed)")
      #expect(Self.significantDigits(number.text) <= 9, "\(number.text), \(seed)")
    }
    #expect(JSON.float(0.1).bytes == Array("0.1".utf8))
    #expect(JSON.float(2).bytes == Array("2".utf8))
    #expect(JSON.float(-0.0).bytes == Array("-0".utf8))
  }

  @Test("Whole numbers are written in full", arguments: [0, -1, 42, .max, .min])
  func integers(_ value: Int) throws {
    #expect(JSON.integer(value).bytes == Array("\(value)".utf8))
    guard case .number(let number) = try JSON(parsing: JSON.integer(value).bytes) else {
      Issue.record("no number")
      return
    }
    #expect(number.integer(in: .min ... .max) == value)
  }

  @Test func aWholeNumberCountsWithinARange() throws {
    guard case .array(let elements) = try JSON(parsing: Array("[7,-7,9007199254740993,7.0]".utf8))
    else { throw JSONError.syntax(offset: 0) }
    let numbers = elements.compactMap { if case .number(let number) = $0 { number } else { nil } }
    #expect(numbers.map { $0.integer(in: 0...7) } == [7, nil, nil, nil])
    #expect(numbers.map { $0.integer() } == [7, -7, nil, nil])
  }

  @Test(
    "What is not finite, or not there, is null", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(_ value: Double) {
    #expect(JSON.double(value) == .null)
    #expect(JSON.float(Float(value)) == .null)
    #expect(JSON.optional(nil as Int?, JSON.integer) == .null)
    #expect(JSON.optional(3, JSON.integer) == 3)
  }

  /// Digits between the first and the last that are not zero; nine tell any two floats apart.
  private static func significantDigits(_ text: String) -> Int {
    let digits = text.prefix { $0 != "e" }.filter { $0.isNumber }.drop { $0 == "0" }
    return digits.count - digits.reversed().prefix { $0 == "0" }.count
  }
}
