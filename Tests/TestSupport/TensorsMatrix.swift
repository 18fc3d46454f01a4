public import Tensors

/// A matrix as a plain value: `rows` × `columns`, row-major, without gaps.
public struct TensorsMatrix: Sendable, Equatable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Row after row.
  public private(set) var elements: [Float]
  /// How many floats between or behind the rows a kernel has written to; always 0 if all is well.
  public private(set) var strayWrites = 0

  /// A matrix of `elements`, or of zeros.
  public init(rows: Int, columns: Int, elements: [Float]? = nil) {
    self.rows = rows
    self.columns = columns
    self.elements = elements ?? [Float](repeating: 0, count: rows * columns)
    precondition(self.elements.count == rows * columns, "\(rows) x \(columns) elements")
  }

  /// Numbers spread evenly over `range`.
  public init(
    rows: Int, columns: Int, in range: ClosedRange<Float> = -1...1,
    using random: inout VolumesRandom
  ) {
    self.init(
      rows: rows, columns: columns,
      elements: (0..<(rows * columns)).map { _ in Float.random(in: range, using: &random) })
  }

  /// The number in `row` and `column`.
  public subscript(_ row: Int, _ column: Int) -> Float { elements[row * columns + column] }

  /// One row.
  public func row(_ index: Int) -> [Float] {
    Array(elements[(index * columns)..<((index + 1) * columns)])
  }

  /// The columns in `range`.
  public func columns(_ range: Range<Int>) -> TensorsMatrix {
    TensorsMatrix(
      rows: rows, columns: range.count,
      elements: (0..<rows).flatMap { row($0)[range] })
  }

  /// Lends the matrix as a view whose rows are `gap` floats apart, and takes back what was written.
  public mutating func lend<Result>(gap: Int = 0, _ body: (MatrixView) -> Result) -> Result {
    let stride = columns + gap
    let memory = FloatBuffer(count: rows * stride + Self.margin)
    memory.elements.update(repeating: Self.sentinel)
    let view = MatrixView(memory.pointer, rows: rows, columns: columns, stride: stride)
    for index in 0..<rows {
      _ = view.row(index).update(from: row(index))
    }
    let result = withExtendedLifetime(memory) { body(view) }
    elements = (0..<rows).flatMap { Array(view.row($0)) }
    let written = memory.elements.indices.filter {
      ($0 >= rows * stride || $0 % stride >= columns)
        && memory.elements[$0].bitPattern != Self.sentinel.bitPattern
    }
    strayWrites += written.count
    return result
  }

  /// Lends a copy of the matrix.
  public func lent<Result>(gap: Int = 0, _ body: (MatrixView) -> Result) -> Result {
    var copy = self
    return copy.lend(gap: gap, body)
  }

  /// Lends the rows as tokens whose channels stand between `gap` channels of others, and takes back what was written.
  public mutating func lendPanels<Result>(
    gap: Int = 0, _ body: (TokenPanels) -> Result
  ) -> Result {
    let memory = FloatBuffer(
      count: TokenPanels.floats(tokens: rows, channels: columns + 2 * gap))
    memory.elements.update(repeating: Self.sentinel)
    let all = TokenPanels(memory, tokens: rows, channels: columns + 2 * gap)
    let view = all.channels(gap..<(gap + columns))
    for index in 0..<rows {
      row(index).withUnsafeBufferPointer { view.token(index).update(from: $0) }
    }
    let result = withExtendedLifetime(memory) { body(view) }
    elements = (0..<rows).flatMap { view.token($0).elements }
    // The lanes behind the last token may hold anything.
    let used = all.count * TokenPanels.width * all.channels
    let others = memory.elements.indices.filter { index in
      let channel = index / TokenPanels.width % all.channels
      let isSlack = index >= used
      return (isSlack || !(gap..<(gap + columns)).contains(channel))
        && memory.elements[index].bitPattern != Self.sentinel.bitPattern
    }
    strayWrites += others.count
    return result
  }

  /// Lends a copy of the matrix as ``lendPanels(gap:_:)`` does.
  public func lentPanels<Result>(gap: Int = 0, _ body: (TokenPanels) -> Result) -> Result {
    var copy = self
    return copy.lendPanels(gap: gap, body)
  }

  /// The largest difference to `expected`, as a share of its number where that is above one; infinite
  /// where a number is NaN, where the shapes differ or where a kernel wrote beside its rows.
  public func distance(to expected: TensorsMatrix) -> Float {
    guard rows == expected.rows, columns == expected.columns, strayWrites == 0 else {
      return .infinity
    }
    return zip(elements, expected.elements).reduce(0) { worst, pair in
      guard pair.0 != pair.1 else { return worst }
      let difference = abs(pair.0 - pair.1) / max(1, abs(pair.1))
      return difference.isNaN ? .infinity : max(worst, difference)
    }
  }

  /// The bits of every number, for comparisons that tell −0 from 0.
  public var bits: [UInt32] { elements.map(\.bitPattern) }

  /// A number that no kernel computes.
  private static let sentinel = Float(bitPattern: 0x7fc0_beef)
  /// Floats watched behind the last row: two of the widest vectors.
  private static let margin = 32
}
