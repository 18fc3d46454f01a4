/// A text table with aligned columns for a terminal.
struct TextTable {
  /// The maximum number of characters in a line of a report.
  static let lineWidth = 120
  /// The maximum number of characters in the first column. Longer names are truncated.
  static let nameWidth = 36

  private var rows: [[String]]

  init(header: [String]) { rows = [header] }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines of the table. Columns are separated by two spaces. Lines have no trailing spaces.
  var lines: [String] {
    let cells = rows.map { row in
      row.enumerated().map { $0.offset == 0 ? Self.cut(Self.plain($0.element)) : $0.element }
    }
    let columns = cells.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      cells.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return cells.map { row in
      let padded = row.enumerated().map { column, cell in
        cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return trimEnd(padded.joined(separator: "  "))
    }
  }

  private func trimEnd(_ line: String) -> String {
    guard let last = line.lastIndex(where: { $0 != " " }) else { return "" }
    return String(line[...last])
  }

  private static func cut(_ name: String) -> String {
    name.count <= nameWidth ? name : name.prefix(nameWidth - 1) + "…"
  }

  /// Returns `text` on one line. Replaces characters that a terminal would interpret by U+FFFD.
  static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Wraps `text` to lines of at most ``lineWidth`` characters. All lines but the first are indented by two spaces.
  /// Words longer than a line are split.
  static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in plain(text).split(separator: " ") {
      var rest = word
      if !line.isEmpty, line.count + 1 + rest.count > lineWidth {
        lines.append(line)
        line = "  "
      }
      if !line.isEmpty, line != "  " { line += " " }
      while line.count + rest.count > lineWidth {
        let part = rest.prefix(lineWidth - line.count)
        lines.append(line + part)
        rest = rest.dropFirst(part.count)
        line = "  "
      }
      line += rest
    }
    return lines + [line]
  }
}
