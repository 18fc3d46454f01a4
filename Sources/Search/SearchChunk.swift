internal import Tensors

/// A part of the index with up to ``capacity`` rows and their entries.
///
/// Copies of a chunk share the memory of their rows, but the rows of an existing copy never change. A new row is
/// written behind all rows of existing copies. Removing rows copies the remaining rows to new memory.
struct SearchChunk: Sendable {
  /// The default memory of a chunk in bytes. It is a multiple of the size of large memory pages, and a core reads it in
  /// a fraction of a millisecond.
  static let byteCount = 4 << 20
  /// The maximum number of rows.
  let capacity: Int

  private(set) var entries: [SearchEntry] = []
  private var rows: Rows

  init(components: Int, byteCount: Int) {
    capacity = max(byteCount / (max(components, 1) * MemoryLayout<Float>.stride), 1)
    rows = Rows(components: components, capacity: capacity)
  }

  var isFull: Bool { entries.count == capacity }

  /// Appends an entry and its row. Call this only on the newest copy of a chunk, and only if the chunk is not full.
  mutating func append(_ entry: SearchEntry, row: UnsafeBufferPointer<Float>) {
    rows.write(row, at: entries.count)
    entries.append(entry)
  }

  /// Replaces the entry at `index`. Its row does not change.
  mutating func replace(at index: Int, by entry: SearchEntry) { entries[index] = entry }

  /// Returns a chunk without the entries with these ids. It has its own memory.
  func without(_ ids: Set<String>) -> SearchChunk {
    var rest = SearchChunk(like: self)
    for (index, entry) in entries.enumerated() where !ids.contains(entry.id) {
      rest.append(entry, rowOf: self, at: index)
    }
    return rest
  }

  /// Makes an empty chunk with the same capacity and row length as `other`.
  init(like other: SearchChunk) {
    capacity = other.capacity
    rows = Rows(components: other.rows.components, capacity: capacity)
  }

  /// Appends an entry and copies its row from another chunk.
  mutating func append(_ entry: SearchEntry, rowOf other: SearchChunk, at index: Int) {
    rows.copy(index, of: other.rows, to: entries.count)
    entries.append(entry)
  }

  /// Returns the product of each row and `query`. Runs on the calling thread.
  func products(with query: [Float], _ precision: SplitRows.Precision) -> [Float] {
    [Float](unsafeUninitializedCapacity: entries.count) { products, count in
      count = entries.count
      let products = UnsafeMutableBufferPointer(rebasing: products[..<entries.count])
      withExtendedLifetime(rows) {
        query.withUnsafeBufferPointer { query in
          Kernels.best.dots(
            rows: rows.split(entries.count), precision: precision, query: query, into: products)
        }
      }
    }
  }

  /// Returns the row of one entry, `[components]`.
  func row(_ index: Int) -> [Float] { withExtendedLifetime(rows) { rows.row(index) } }

  /// The memory of a chunk: the upper halves of all numbers, followed by their lower halves.
  ///
  /// `@unchecked Sendable`: each row is written once, before its entry is added to a chunk. It is read only after that.
  private final class Rows: @unchecked Sendable {
    let components: Int
    private let buffer: FloatBuffer
    private let high: UnsafeMutableBufferPointer<UInt16>
    private let low: UnsafeMutableBufferPointer<Int16>

    init(components: Int, capacity: Int) {
      self.components = components
      let count = capacity * components
      buffer = FloatBuffer(uninitialized: count)
      let memory = UnsafeMutableRawPointer(buffer.pointer)
      high = UnsafeMutableBufferPointer(
        start: memory.bindMemory(to: UInt16.self, capacity: count), count: count)
      low = UnsafeMutableBufferPointer(
        start: (memory + count * MemoryLayout<UInt16>.stride).bindMemory(
          to: Int16.self, capacity: count), count: count)
    }

    func split(_ rows: Int) -> SplitRows {
      SplitRows(
        high: UnsafeBufferPointer(rebasing: high[..<(rows * components)]),
        low: UnsafeBufferPointer(rebasing: low[..<(rows * components)]))
    }

    func row(_ index: Int) -> [Float] {
      (index * components..<(index + 1) * components).map { SplitRows.join(high[$0], low[$0]) }
    }

    func copy(_ index: Int, of other: Rows, to place: Int) {
      precondition(
        other.components == components && (index + 1) * components <= other.high.count
          && (place + 1) * components <= high.count, "Row \(index) to \(place)")
      let (source, target) = (index * components, place * components)
      _ = UnsafeMutableBufferPointer(rebasing: high[target..<target + components])
        .update(fromContentsOf: other.high[source..<source + components])
      _ = UnsafeMutableBufferPointer(rebasing: low[target..<target + components])
        .update(fromContentsOf: other.low[source..<source + components])
    }

    func write(_ row: UnsafeBufferPointer<Float>, at index: Int) {
      precondition(
        row.count == components && (index + 1) * components <= high.count,
        "Row \(index) of \(row.count) components among rows of \(components)")
      SplitRows.split(
        row, high: UnsafeMutableBufferPointer(rebasing: high[(index * components)...]),
        low: UnsafeMutableBufferPointer(rebasing: low[(index * components)...]))
    }
  }
}
