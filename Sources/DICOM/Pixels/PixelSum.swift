/// Sums of an image's stored words. They show whether its rows and columns are in order.
struct PixelSum: Equatable {
  /// Words in a row.
  private let columns: Int
  private var row = 0
  private var column = 0
  /// Sum of all words. All sums wrap on overflow.
  private var all: UInt64 = 0
  /// Sum of all words, each multiplied by the index of its row.
  private var byRow: UInt64 = 0
  /// Sum of all words, each multiplied by the index of its column.
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

  /// Returns the sums of the same image with its rows or columns reversed.
  func seen(rows: Int, rowsReversed: Bool, columnsReversed: Bool) -> PixelSum {
    var sum = self
    if rowsReversed { sum.byRow = all &* UInt64(truncatingIfNeeded: rows - 1) &- byRow }
    if columnsReversed { sum.byColumn = all &* UInt64(truncatingIfNeeded: columns - 1) &- byColumn }
    return sum
  }
}
