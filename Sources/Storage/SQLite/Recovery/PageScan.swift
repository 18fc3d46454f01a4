/// Finds the store's rows on the leaf pages of a damaged file. It works even if the interior pages that list the leaf
/// pages are damaged.
///
/// The running time depends only on the size of the file, not on the numbers of the rows.
struct PageScan {
  /// The position of a row in the file.
  struct Place: Hashable {
    let number: Int
    let page: UInt32
    let cell: UInt16
  }

  /// The positions of the rows of each table, ordered by row number. If two tables have columns of the same types, a
  /// row is listed for both.
  let places: [StoredTable: [Place]]
  /// Spaces by number, as listed in the index of the space table.
  let indexedSpaces: [Int: EmbeddingSpace]
  private let pages: DamagedPages

  /// Scans all pages.
  ///
  /// - Throws: ``StoreError/closed`` once `isCancelled` returns true.
  init(_ pages: DamagedPages, isCancelled: () -> Bool) throws(StoreError) {
    self.pages = pages
    var places: [StoredTable: [Place]] = [:]
    var spaces: [Int: EmbeddingSpace] = [:]
    for number in 1..<max(pages.count, 0) + 1 {
      if number.isMultiple(of: 256), isCancelled() { throw .closed }
      guard let page = pages.page(number), let leaf = LeafPage(page, number: number, of: pages)
      else {
        continue
      }
      for cell in 0..<leaf.cellCount {
        if leaf.isIndex {
          if let (number, space) = leaf.indexedSpace(cell) { spaces[number] = space }
          continue
        }
        guard let (row, types) = leaf.types(cell) else { continue }
        let place = Place(
          number: row, page: UInt32(clamping: number), cell: UInt16(clamping: cell))
        for table in StoredTable.allCases where table.fits(types) {
          places[table, default: []].append(place)
        }
      }
    }
    self.places = places.mapValues { places in
      places.sorted { ($0.number, $0.page, $0.cell) < ($1.number, $1.page, $1.cell) }
    }
    indexedSpaces = spaces
  }

  /// Reads the row at a position; nil if the row is incomplete.
  func row(_ place: Place) -> PageRow? {
    guard let page = pages.page(Int(place.page)),
      let leaf = LeafPage(page, number: Int(place.page), of: pages),
      let (number, record) = leaf.record(Int(place.cell), of: pages)
    else { return nil }
    return PageRow(number: number, record: record)
  }
}

/// A leaf page of a table or an index.
private struct LeafPage {
  let isIndex: Bool
  let cellCount: Int
  private let bytes: [UInt8]
  private let start: Int

  private static let tableType: UInt8 = 0x0d
  private static let indexType: UInt8 = 0x0a
  private static let headerBytes = 8
  private static let fileHeaderBytes = 100

  /// - Returns: Nil if the page cannot be a leaf.
  init?(_ bytes: [UInt8], number: Int, of pages: DamagedPages) {
    start = number == 1 ? Self.fileHeaderBytes : 0
    guard bytes.count > start + Self.headerBytes else { return nil }
    let type = bytes[start]
    // An overflow page starts with the number of the next overflow page or with zero. Its other bytes may come from
    // clients and must not be read as rows. All other pages are tried, because the type of a page may be damaged. The
    // checksums then show which rows are valid.
    guard type == Self.tableType || bytes.bigEndian(at: start, bytes: 4) > pages.count else {
      return nil
    }
    isIndex = type == Self.indexType
    let said = bytes.bigEndian(at: start + 3, bytes: 2)
    cellCount = min(said, (bytes.count - start - Self.headerBytes) / 2)
    self.bytes = bytes
  }

  /// Returns the number and the column types of a row. Reads only the part of the row on this page.
  func types(_ cell: Int) -> (number: Int, types: [ColumnType])? {
    guard let found = content(cell), let number = found.number else { return nil }
    let local = Array(bytes[found.local])
    let isWhole = found.length == local.count
    guard let columns = PageRow.columns(of: local, isWhole: isWhole) else { return nil }
    guard isWhole || columns.last?.bytes.upperBound == found.length else { return nil }
    return (number, columns.map(\.type))
  }

  /// Returns the number and the record of a row. Also reads its overflow pages.
  func record(_ cell: Int, of pages: DamagedPages) -> (number: Int, record: [UInt8])? {
    guard let found = content(cell), let number = found.number else { return nil }
    guard found.local.count < found.length else { return (number, Array(bytes[found.local])) }
    let next = bytes.bigEndian(at: found.local.upperBound, bytes: 4)
    return pages.record(bytes[found.local], first: next, length: found.length)
      .map { (number, $0) }
  }

  /// Reads an entry of the index of the space table: model, recipe, components and number.
  func indexedSpace(_ cell: Int) -> (number: Int, space: EmbeddingSpace)? {
    guard let found = content(cell), found.local.count == found.length,
      let row = PageRow(number: 0, record: Array(bytes[found.local])),
      let model = row.text(0), let recipe = row.text(1), let components = row.integer(2),
      let number = row.integer(3), components > 0
    else { return nil }
    return (number, EmbeddingSpace(modelSHA256: model, recipe: recipe, components: components))
  }

  /// Returns the number of a cell's row (nil in an index), the record's length, and the range of the record's bytes on
  /// this page.
  private func content(_ cell: Int) -> (number: Int?, length: Int, local: Range<Int>)? {
    var place = bytes.bigEndian(at: start + Self.headerBytes + 2 * cell, bytes: 2)
    guard place >= start + Self.headerBytes, let length = bytes.varint(at: &place),
      (1..<UInt64(Int32.max)).contains(length)
    else { return nil }
    var number: Int?
    if !isIndex {
      guard let raw = bytes.varint(at: &place) else { return nil }
      number = Int(Int64(bitPattern: raw))
    }
    let local = localBytes(Int(length))
    let pointer = local < Int(length) ? 4 : 0
    guard place <= bytes.count - local - pointer else { return nil }
    return (number, Int(length), place..<place + local)
  }

  /// Returns how many bytes of a record are on its leaf page. The other bytes are on overflow pages.
  private func localBytes(_ length: Int) -> Int {
    let usable = bytes.count
    let largest = isIndex ? (usable - 12) * 64 / 255 - 23 : usable - 35
    guard length > largest else { return length }
    let smallest = (usable - 12) * 32 / 255 - 23
    let fitting = smallest + (length - smallest) % (usable - 4)
    return fitting <= largest ? fitting : smallest
  }
}
