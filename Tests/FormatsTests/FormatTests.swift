import Formats
import Testing

@Suite("Bytes and texts in the forms of others")
struct FormatTests {
  @Test("Bytes are written as hexadecimal digits and read back, in either case")
  func hexadecimals() {
    let bytes: [UInt8] = [0, 1, 15, 16, 0xAB, 255]
    #expect(hexadecimal(bytes) == "00010f10abff")
    #expect([UInt8](hexadecimal: "00010f10abff") == bytes)
    #expect([UInt8](hexadecimal: "00010F10ABFF") == bytes)
    #expect([UInt8](hexadecimal: "") == [])
    for text in ["0", "0g", "+1", " 1", "0x", "é0", "１０"] {
      #expect([UInt8](hexadecimal: text) == nil, "\(text)")
    }
    #expect(hexadecimal(UInt64(0x1F)) == "000000000000001f")
    #expect(hexadecimal(UInt64.max) == "ffffffffffffffff")
  }

  @Test("Numbers are written lowest byte first and read back from any place")
  func littleEndian() {
    var bytes: [UInt8] = [9]
    bytes.append(littleEndian: UInt32(0x0102_0304))
    bytes.append(littleEndian: Int16(-2))
    #expect(bytes == [9, 4, 3, 2, 1, 0xFE, 0xFF])
    #expect(bytes.littleEndian(UInt32.self, at: 1) == 0x0102_0304)
    #expect(bytes.littleEndian(Int16.self, at: 5) == -2)
    bytes.put(littleEndian: UInt16(0x0506), at: 2)
    #expect(bytes == [9, 4, 6, 5, 1, 0xFE, 0xFF])
    #expect(Array(littleEndian: [Float(1), -2]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
  }

  @Test("A number beyond the end is zero")
  func beyondTheEnd() {
    let bytes: [UInt8] = [1, 2, 3]
    for place in [-1, 2, 3, .max, .min] {
      #expect(bytes.littleEndian(UInt16.self, at: place) == 0)
    }
    #expect([UInt8]().littleEndian(UInt8.self, at: 0) == 0)
  }

  @Test("A cell with a comma before a combining mark is quoted")
  func cells() {
    #expect(
      CSVCell.cell("gas,\u{301}").unicodeScalars.elementsEqual("\"gas,\u{301}\"".unicodeScalars))
    #expect(CSVCell.line(["a", "gas,\u{301}"]).hasPrefix("a,\""))
  }

  @Test("Text is shown as text in HTML, whatever marks follow its characters")
  func markup() {
    #expect(
      HTMLText.escaped("<a href=\"x\">R&D's</a>")
        == "&lt;a href=&quot;x&quot;&gt;R&amp;D's&lt;/a&gt;")
    #expect(HTMLText.escaped("<\u{301}script").utf8.starts(with: "&lt;".utf8))
    #expect(HTMLText.escaped("a\u{0}b\nc\td") == "a\u{FFFD}b c d")
  }

  @Test("Times are written by RFC 3339") func timestamps() {
    #expect(Timestamp.rfc3339(secondsSince1970: 0) == "1970-01-01T00:00:00Z")
    #expect(Timestamp.rfc3339(secondsSince1970: 1_795_359_845) == "2026-11-22T15:04:05Z")
  }

  @Test(
    "A time without a date is the nearest one with a date",
    arguments: [Int.min, -1, 253_402_300_800, .max])
  func timestampLimits(seconds: Int) {
    let text = Timestamp.rfc3339(secondsSince1970: seconds)
    #expect(text == (seconds < 0 ? "1970-01-01T00:00:00Z" : "9999-12-31T23:59:59Z"))
  }

  @Test("Base64 has padding") func base64Text() {
    for (text, digits) in [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ] {
      #expect(base64(Array(text.utf8)) == digits)
    }
    #expect(base64([0xFB, 0xFF, 0xBF]) == "+/+/")
  }
}
