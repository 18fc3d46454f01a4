/// Checksums of an image's stored words. They change if rows or columns are in another order.
struct PixelSum: Equatable {
  /// Number of words in a row.
  private let columns: Int
  private var row = 0
  private var column = 0
  /// Sum of all words. All sums wrap around when they overflow.
  private var all: UInt64 = 0
  /// Sum of all words, each multiplied by its row index.
  private var byRow: UInt64 = 0
  /// Sum of all words, each multiplied by its column index.
  private var byColumn: UInt64 = 0

  init(columns: Int) { self.columns = columns }

  mutating func add(_ word: UInt16) {
    let value = UInt64(word)
    all &+= value
    byRow &+= value &* UInt64(truncatingIfNeeded: row)
    byColumn &+= value &* UInt64(truncatingIfNeeded: column)
    column &+= 1
    if column == columns {
      column = 0
      row &+= 1
    }
  }

  mutating func add(_ words: [UInt16]) { for word in words { add(word) } }

  /// Returns the checksums that the image would have with its rows or columns in reverse order.
  func seen(rows: Int, rowsReversed: Bool, columnsReversed: Bool) -> PixelSum {
    var sum = self
    if rowsReversed { sum.byRow = all &* UInt64(truncatingIfNeeded: rows - 1) &- byRow }
    if columnsReversed { sum.byColumn = all &* UInt64(truncatingIfNeeded: columns - 1) &- byColumn }
    return sum
  }
}
