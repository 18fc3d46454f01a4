import Evaluation
import Formats
import Testing

@Suite("CSV cells that a spreadsheet program must not calculate")
struct CSVCellTests {
  static let formulas = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=", "-", "＝1+1", "＋1", "－1+1", "＠SUM(A1)", "﹦1", "﹢1",
    "﹣1+1", "﹫x", "\u{207C}1", "\u{208B}x", "\u{2212}1+1",
    // Behind what has no shape: spaces, controls, format characters, fillers, selectors, marks.
    "\u{200B}=1+1", "\u{FEFF}=1", "\u{200E}\u{202E}=1", "\u{AD}+1+1", "\u{2060}@x", "\u{180E}=1",
    "\u{3164}=1", "\u{FE0F}=1", "\u{34F}=1", "\u{E0020}=1", "\u{301}=1", "\u{A0}=1", "\u{3000}＝1",
    " =1", "\t=1", "\r=1", "\n=1", "\r\n=1", "\u{0}=1", "\u{85}=1", "\u{2028}=1", "\u{1B}=1",
    // Controls alone.
    "\t", "\rx", "\u{0}x",
    // A mark that clings to the sign.
    "=\u{301}1", "-\u{338}1",
  ]
  static let texts = [
    "", "rib fracture", "1+1", "a=b", "-0.25", "+3", "-1e-05", "-1", "0", "'", "'tis", "''", "é",
    "\u{301}a", "\u{200B}nodule", " outer ", "pneumothorax -", "🩻", "(=1)",
  ]

  @Test("get an apostrophe in front", arguments: formulas) func formula(text: String) {
    #expect(CSVCell.neutralised(text) == "'" + text)
  }

  @Test("numbers and other texts stay as they are", arguments: texts) func plain(text: String) {
    #expect(CSVCell.neutralised(text) == text)
  }

  @Test("every text is read back", arguments: formulas + texts) func reversal(text: String) {
    var text = text
    for _ in 0..<3 {
      let cell = CSVCell.neutralised(text)
      #expect(CSVCell.restored(cell).unicodeScalars.elementsEqual(text.unicodeScalars))
      text = "'" + text
    }
  }

  @Test("tables are written so and read back") func tables() throws {
    for text in Self.formulas {
      let line = CSVTable.line([text, "-0.5"])
      let start = line.unicodeScalars.first == "\"" ? 1 : 0
      #expect(line.unicodeScalars.dropFirst(start).first == "'", "\(line)")
      #expect(line.hasSuffix(",-0.5\r\n"))
      let table = try CSVTable(parsing: Array((line + CSVTable.line(["x", text])).utf8))
      #expect(table.header[0].unicodeScalars.elementsEqual(text.unicodeScalars))
      #expect(table.rows.first?.fields[1].unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }
  }
}
