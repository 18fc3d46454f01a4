internal import Formats

/// A table of text fields with a header, as in RFC 4180.
public struct CSVTable: Sendable, Equatable {
  /// The column names. They are unique.
  public let header: [String]
  /// The records in file order. Each has as many fields as the header.
  public let rows: [CSVRow]

  /// Parses a table from UTF-8 `bytes`, with or without a byte order mark.
  ///
  /// Commas separate fields. A field in quotes may contain commas, doubled quotes and line breaks. Lines end in CR LF,
  /// LF or CR. Empty lines are skipped. Spaces around a field are part of it. The apostrophe that ``line(_:)`` puts
  /// before formulas is removed.
  ///
  /// - Throws: ``EvaluationError/emptyTable``, ``EvaluationError/notUTF8(line:)``,
  ///   ``EvaluationError/unclosedQuote(line:)``, ``EvaluationError/strayQuote(line:)``,
  ///   ``EvaluationError/raggedRow(line:found:expected:)``, ``EvaluationError/duplicateColumn(_:)``.
  /// - Complexity: Linear in the number of bytes.
  public init(parsing bytes: some Collection<UInt8>) throws(EvaluationError) {
    var parser = CSVParser(bytes: Array(bytes))
    guard let first = try parser.nextRow()?.restored else { throw .emptyTable }
    var seen: Set<String> = []
    for name in first.fields {
      guard seen.insert(name).inserted else { throw .duplicateColumn(name) }
    }
    var rows: [CSVRow] = []
    while let row = try parser.nextRow()?.restored {
      guard row.fields.count == first.fields.count else {
        throw .raggedRow(line: row.line, found: row.fields.count, expected: first.fields.count)
      }
      rows.append(row)
    }
    header = first.fields
    self.rows = rows
  }

  /// Returns one record as a line of CSV, including the line ending; see ``CSVCell/line(_:)``.
  public static func line(_ fields: [String]) -> String { CSVCell.line(fields) }
}

/// One record of a ``CSVTable``.
public struct CSVRow: Sendable, Equatable {
  /// The number of the line on which the record starts. The header is on line 1.
  public let line: Int
  /// The fields, without enclosing quotes.
  public let fields: [String]

  /// The record without the apostrophes that ``CSVTable/line(_:)`` puts before formulas.
  fileprivate var restored: CSVRow {
    CSVRow(line: line, fields: fields.map(CSVCell.restored))
  }
}
