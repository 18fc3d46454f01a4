import StrictJSON
import TestSupport
import Testing

@Suite("Reading JSON") struct ReadingTests {
  @Test("Values are what they say")
  func values() throws {
    let text =
      #" { "a" : [ 1 , -2.5e3 , "x" ] , "b" : { } , "c" : [ ] , "d" : null , "e" : true } "#
    let json = try JSON(parsing: text.utf8)
    guard case .object(let object) = json else {
      Issue.record("no object")
      return
    }
    #expect(object.members.map(\.key) == ["a", "b", "c", "d", "e"])
    #expect(object["b"] == [:])
    #expect(object["c"] == .array([]))
    #expect(object["d"] == .null)
    #expect(object["e"] == true)
    #expect(object["f"] == nil)
    guard case .array(let elements)? = object["a"], case .number(let second) = elements[1] else {
      Issue.record("no array of numbers")
      return
    }
    #expect(elements[0] == 1 && elements[2] == "x")
    #expect(second.text == "-2.5e3" && second.double == -2500 && second.integer() == nil)
  }

  @Test("A value may stand alone", arguments: ["null", "true", "false", "0", "\"\"", "[]", "{}"])
  func scalars(_ text: String) throws {
    for spaced in [text, " \t\r\n\(text)\n "] {
      #expect(try JSON(parsing: spaced.utf8).bytes == Array(text.utf8))
    }
  }

  @Test("Members keep their order") func order() throws {
    let keys = ["z", "a", "10", "9", "é", "", "A", "aa"]
    let text = "{" + keys.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
    let json = try JSON(parsing: text.utf8)
    #expect(json.bytes == Array(text.utf8))
  }

  @Test(
    "A key used twice is refused, however it is spelt",
    arguments: [
      (#"{"a":1,"a":2}"#, 7), (#"{"a":1, "a":1}"#, 8), (#"{"a":1,"\u0061":2}"#, 7),
      (#"{"\u0061":1,"a":2}"#, 12), (#"{"/":1,"\/":2}"#, 7), (#"{"":0,"":0}"#, 6),
      (#"[{"x":{"é":1,"\u00e9":2}}]"#, 14), (#"{"😀":1,"\ud83d\uDE00":2}"#, 10),
      (#"{"a":1,"b":2,"a":3}"#, 13),
    ])
  func duplicateKeys(_ text: String, _ offset: Int) {
    #expect(throws: JSONError.duplicateKey(offset: offset)) { try JSON(parsing: text.utf8) }
  }

  @Test("Equal keys in different objects are no duplicates") func equalKeysElsewhere() throws {
    _ = try JSON(parsing: #"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#.utf8)
  }

  @Test("Two normal forms of a letter are two keys and two strings") func normalForms() throws {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let json = try JSON(parsing: "{\"\(composed)\":1,\"\(decomposed)\":2}".utf8)
    guard case .object(let object) = json else {
      Issue.record("no object")
      return
    }
    #expect(object[composed] == 1)
    #expect(object[decomposed] == 2)
    #expect(object != JSONObject([(decomposed, 1), (composed, 2)]))
  }

  @Test(
    "Broken grammar is refused at its place",
    arguments: [
      ("", 0), (" ", 1), ("[1,]", 3), (#"{"a":1,}"#, 7), ("[,1]", 1), ("[1 2]", 3), ("[1", 2),
      (#"{"a"}"#, 4), (#"{"a":}"#, 5), ("{a:1}", 1), ("{'a':1}", 1), ("{1:1}", 1), (#"{"a",1}"#, 4),
      ("]", 0), ("}", 0), ("[}", 1), ("{]", 1), ("[]]", 2), ("1 1", 2), ("nul", 0), ("True", 0),
      ("nulll", 4), ("// c\n1", 0), ("1 // c", 2), ("/* c */1", 0), ("# c\n1", 0), ("NaN", 0),
      ("Infinity", 0), ("-Infinity", 1), ("undefined", 0), ("\u{a0}1", 0), ("\u{b}1", 0),
      ("\u{c}1", 0), ("1\u{0}", 1), (#""abc"#, 4), (#""abc\"#, 5), (#""\x41""#, 2), (#""\'""#, 2),
      (#""\u12""#, 3), (#""\u12g4""#, 3), (#""\u+123""#, 3), (#""\u 123""#, 3), (#""\U0041""#, 2),
      (#""\u１２３４""#, 3), ("'a'", 0),
    ])
  func grammar(_ text: String, _ offset: Int) {
    #expect(throws: JSONError.syntax(offset: offset)) { try JSON(parsing: text.utf8) }
  }

  @Test("A raw control character in a string is refused; an escaped one is not")
  func controlCharacters() throws {
    for byte in UInt8(0)..<0x20 {
      let raw: [UInt8] = [0x22, 0x61, byte, 0x22]
      #expect(throws: JSONError.syntax(offset: 2), "\(byte)") { try JSON(parsing: raw) }
      let digits = String(byte, radix: 16)
      let escaped = "\"\\u00\(digits.count == 1 ? "0" : "")\(digits)\""
      #expect(try JSON(parsing: escaped.utf8) == .string(String(Unicode.Scalar(byte))))
    }
    #expect(try JSON(parsing: [0x22, 0x7f, 0x22]) == "\u{7f}")
  }

  @Test("Escapes are undone")
  func escapes() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00E9\u20ac\uD83D\ude00\uFFFF\u0000""#
    let wanted = "\"\\/\u{8}\u{c}\n\r\tAé€😀\u{ffff}\u{0}"
    #expect(try JSON(parsing: text.utf8) == .string(wanted))
  }

  @Test(
    "A surrogate without its other half is refused",
    arguments: [
      #""\ud800""#, #""\udbff""#, #""\udc00""#, #""\udfff""#, #""\ud800x""#, #""\ud800\n""#,
      #""\ud800\ud800""#, #""\ud800\u0041""#, #""\ud800\ue000""#, #""\udc00\ud800""#,
      #"{"\ud800":1}"#,
    ])
  func loneSurrogates(_ text: String) {
    #expect {
      try JSON(parsing: text.utf8)
    } throws: {
      if case .encoding? = $0 as? JSONError { true } else { false }
    }
  }

  @Test(
    "Bytes that are no UTF-8 are refused, in strings and keys",
    arguments: [
      [0x80], [0xbf], [0xc3], [0xc3, 0x28], [0xc0, 0xaf], [0xc1, 0x81], [0xe0, 0x80, 0xaf],
      [0xe0, 0x9f, 0xbf], [0xf0, 0x80, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
      [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xfe], [0xff], [0xe2, 0x82],
      [0xf0, 0x9f, 0x98],
    ] as [[UInt8]])
  func invalidUTF8(_ bytes: [UInt8]) {
    #expect(throws: JSONError.encoding(offset: 0)) { try JSON(parsing: [0x22] + bytes + [0x22]) }
    #expect(throws: JSONError.encoding(offset: 1)) {
      try JSON(parsing: [0x7b, 0x22] + bytes + Array("\":1}".utf8))
    }
    #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
  }

  @Test("UTF-16 and UTF-32 are refused, with a byte order mark and without") func otherEncodings() {
    for text in ["{}", "[1]", "\"a\"", "1"] {
      let units = Array(text.utf16)
      let little = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      let big = units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
      let wide: [UInt8] = text.utf8.flatMap { byte -> [UInt8] in [0, 0, 0, byte] }
      for bytes in [little, big, [0xff, 0xfe] + little, [0xfe, 0xff] + big, wide] {
        #expect(throws: JSONError.self, "\(bytes)") { try JSON(parsing: bytes) }
      }
    }
  }

  @Test("One UTF-8 byte order mark is skipped at the start and nowhere else") func byteOrderMark()
    throws
  {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    #expect(try JSON(parsing: mark + Array("[1]".utf8)) == [1])
    for bytes in [mark + mark + [0x31], [0x20] + mark + [0x31], [0x31] + mark, mark] {
      #expect(throws: JSONError.self, "\(bytes)") { try JSON(parsing: bytes) }
    }
  }

  @Test("Any collection of bytes will do, slices included") func slices() throws {
    let bytes = Array("xx[1,2]yy".utf8)
    #expect(try JSON(parsing: bytes[2..<7]) == [1, 2])
  }
}
