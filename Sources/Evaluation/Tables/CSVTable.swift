internal import Formats

/// A table of texts with a header, in the format of RFC 4180.
public struct CSVTable: Sendable, Equatable {
  /// The column names. Each occurs once.
  public let header: [String]
  /// The records in the order of the file. Each is as long as the header.
  public let rows: [CSVRow]

  /// Reads a table from `bytes`, in UTF-8 with or without a byte order mark.
  ///
  /// Commas separate fields. Fields in quotes may contain commas, doubled quotes and line breaks.
  /// Lines end in CR LF, LF or CR, and empty lines are skipped. Spaces around a field belong to it.
  /// An apostrophe that ``line(_:)`` put before a formula is removed.
  ///
  /// - Throws: ``EvaluationError/emptyTable``, ``EvaluationError/notUTF8(line:)``,
  ///   ``EvaluationError/unclosedQuote(line:)``, ``EvaluationError/strayQuote(line:)``,
  ///   ``EvaluationError/raggedRow(line:found:expected:)``, ``EvaluationError/duplicateColumn(_:)``.
  /// - Complexity: linear in the number of bytes.
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

  /// Returns one record as a line, with its line end; see ``CSVCell/line(_:)``.
  public static func line(_ fields: [String]) -> String { CSVCell.line(fields) }
}

/// One record of a ``CSVTable``.
public struct CSVRow: Sendable, Equatable {
  /// The line on which the record starts; the header is on line 1.
  public let line: Int
  /// The fields without their quotes.
  public let fields: [String]

  /// The row without the apostrophes that ``CSVTable/line(_:)`` put before formulas.
  fileprivate var restored: CSVRow {
    CSVRow(line: line, fields: fields.map(CSVCell.restored))
  }
}
