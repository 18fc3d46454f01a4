import Evaluation
import Formats
import Testing

@Suite("CSV tables")
struct CSVTests {
  private func parse(_ text: String) throws -> CSVTable { try CSVTable(parsing: Array(text.utf8)) }

  @Test("quotes, commas, doubled quotes and line breaks in fields are read") func quoting() throws {
    let table = try parse(
      "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"two\r\nlines\",\"\"\r\nlast,row\r\n")
    #expect(table.header == ["a", "b"])
    #expect(
      table.rows.map(\.fields) == [["x,y", "say \"hi\""], ["two\r\nlines", ""], ["last", "row"]])
    #expect(table.rows.map(\.line) == [2, 3, 5])
  }

  @Test(
    "line ends, a byte order mark, a missing last line end and empty lines change nothing",
    arguments: [
      "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", "\u{FEFF}a,b\n1,2\n3,4\n",
      "\n\na,b\n\n1,2\r\n\r\n3,4\n\n", "\"a\",\"b\"\n\"1\",2\n3,\"4\"",
    ])
  func lineEnds(text: String) throws {
    let table = try parse(text)
    #expect(table.header == ["a", "b"])
    #expect(table.rows.map(\.fields) == [["1", "2"], ["3", "4"]])
  }

  @Test(
    "what is wrong is refused with its line",
    arguments: [
      ("", .emptyTable), ("\u{FEFF}\r\n", .emptyTable),
      ("a,b\n1,2\n3\n", .raggedRow(line: 3, found: 1, expected: 2)),
      ("a,b\n\"1\n1\",2\n3,4,5\n", .raggedRow(line: 4, found: 3, expected: 2)),
      ("a,b\n1,\"2\n3,4\n", .unclosedQuote(line: 2)), ("\"", .unclosedQuote(line: 1)),
      ("a,b\n1,2\"\n", .strayQuote(line: 2)), ("a,b\n\"1\"x,2\n", .strayQuote(line: 2)),
      ("a,b,a\n", .duplicateColumn("a")),
    ] as [(String, EvaluationError)])
  func faults(text: String, error: EvaluationError) {
    #expect(throws: error) { try parse(text) }
  }

  @Test("bytes that are not UTF-8 are refused with their line, in plain and in quoted fields")
  func encoding() {
    let plain = Array("a\nb\n".utf8) + [0x63, 0xFF, 0x0A]
    #expect(throws: EvaluationError.notUTF8(line: 3)) { try CSVTable(parsing: plain) }
    let quoted = Array("a\n\"b\n".utf8) + [0xC3, 0x28] + Array("\"\n".utf8)
    #expect(throws: EvaluationError.notUTF8(line: 2)) { try CSVTable(parsing: quoted) }
  }

  @Test("what was written is read back, whatever the fields hold") func roundTrip() throws {
    let fields = [
      "", " outer ", "comma,", "\"", "\"\"", "line\nbreak", "line\r\nbreak", "\r", "é",
      "a\u{301},\u{301}",
      "=1+1", "🩻",
    ]
    let text = CSVTable.line(fields) + CSVTable.line(fields.reversed())
    let table = try parse(text)
    #expect(table.header == fields)
    #expect(table.rows.map(\.fields) == [fields.reversed()])
  }

  @Test("a mark that clings to a comma, a quote, a line break or a space hides nothing")
  func marks() {
    for mark in ["\u{301}", "\u{20E3}", "\u{FE0F}", "\u{200D}"] {
      for special in [",", "\n", "\r"] {
        #expect(CSVCell.cell("a\(special)\(mark)b").utf8.first == UInt8(ascii: "\""))
      }
      #expect(
        CSVCell.cell("\"\(mark)").unicodeScalars.elementsEqual(
          "\"\"\"\(mark)\"".unicodeScalars))
      #expect(CSVCell.cell(" \(mark)").unicodeScalars.first == "\"")
    }
    #expect(CSVCell.cell("plain") == "plain")
  }

  @Test("no prefix and no changed byte of a table traps") func hostile() throws {
    let good = Array("VolumeName,\"a\"\"b\",c\r\n\"x\ny\",1,\r\nz,nan,-1\r\n".utf8)
    var refused = 0
    for length in good.indices {
      for byte in [nil, UInt8(ascii: "\""), UInt8(ascii: ","), 0x0A, 0x0D, 0x00, 0xFF] {
        let bytes =
          Array(good.prefix(length)) + (byte.map { [$0] + good.dropFirst(length + 1) } ?? [])
        do {
          _ = try LabelTable(parsing: bytes)
          _ = try ScoreTable(parsing: bytes)
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > good.count)
  }
}
