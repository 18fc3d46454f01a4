import GRDB
import Testing

@testable import Storage

/// The bytes of a closed store's file, and where its tables lie in it.
struct StorePages {
  static let size = StoreSchema.pageSize

  private(set) var bytes: [UInt8]
  /// The first page of each table and index, by name.
  let roots: [String: Int]

  init(_ folder: TemporaryFolder) throws {
    let queue = try StoreOpening.readOnly(folder.store)
    roots = try queue.read { database in
      var roots: [String: Int] = [:]
      try database.forEachRow("SELECT name, rootpage FROM sqlite_master") { row in
        if let name = row.text(0), let page = row.integer(1) { roots[name] = page }
        return true
      }
      return roots
    }
    try queue.close()
    bytes = try folder.bytes("store.db")
  }

  var count: Int { bytes.count / Self.size }

  func type(_ page: Int) -> UInt8 { bytes[(page - 1) * Self.size] }

  /// The pages below a table's or an index's root that lead to others, with the root, and those at the bottom.
  func pages(of name: String) throws -> (inner: [Int], leaves: [Int]) {
    var waiting = [try #require(roots[name])]
    var found = (inner: [Int](), leaves: [Int]())
    while let page = waiting.popLast() {
      guard [2, 5].contains(type(page)) else {
        found.leaves.append(page)
        continue
      }
      found.inner.append(page)
      let start = (page - 1) * Self.size
      let cells = bytes.bigEndian(at: start + 3, bytes: 2)
      waiting.append(bytes.bigEndian(at: start + 8, bytes: 4))
      for cell in 0..<cells {
        let place = bytes.bigEndian(at: start + 12 + 2 * cell, bytes: 2)
        waiting.append(bytes.bigEndian(at: start + place, bytes: 4))
      }
    }
    return found
  }

  mutating func overwrite(_ page: Int, with random: inout SplitMix) {
    for index in 0..<Self.size { bytes[(page - 1) * Self.size + index] = random.byte() }
  }

  mutating func flip(_ page: Int, at offset: Int, by mask: UInt8 = 0xff) {
    bytes[(page - 1) * Self.size + offset] ^= mask
  }

  mutating func zero(_ page: Int) {
    for index in 0..<Self.size { bytes[(page - 1) * Self.size + index] = 0 }
  }
}
