import TestSupport
import Testing

@testable import Tensors

/// Widths around the kernels' lanes (16) and unrolled loops, and one that is none of them.
private let widths = [1, 2, 7, 15, 16, 17, 31, 32, 33, 96, 257]
private let heights = [0, 1, 3, 8]
/// Tokens around vectors, register tiles and panels.
private let counts = [1, 3, 17, 47, 48, 49, 100]

@Suite("Row kernels") struct RowKernelTests {
  /// exp within 2e-7, a sum of up to 300 terms and a division: a few rounding errors of numbers up to 1.
  static let softmaxTolerance: Float = 1e-6
  /// Mean, variance and scale round once or twice each; the gain is at most 1.
  static let layerNormTolerance: Float = 5e-6

  @Test("Every instruction set has a name of its own, and the emulated one is last")
  func names() {
    let names = Kernels.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.suffix(2) == ["portable", "emulated"])
    let rounded = Kernels.allRounded.map(\.name)
    #expect(Set(names + rounded).count == names.count + rounded.count)
    #expect(rounded.last == "emulated-bf16")
    #expect(Kernels.refusedRequest == nil && names.contains(Kernels.best.name))
  }

  @Test("Softmax equals its twin and sums to one, with and without gaps", arguments: Kernels.all)
  func softmax(_ kernels: Kernels) {
    let seed = FixtureSeed(1)
    var random = seed.generator
    for rows in heights {
      for columns in widths {
        let x = TensorsMatrix(rows: rows, columns: columns, in: -9...9, using: &random)
        let found = kernels.softmaxOf(x)
        let place = "\(kernels.name), \(rows) x \(columns), \(seed)"
        #expect(found.distance(to: TensorsNaive.softmax(x)) <= Self.softmaxTolerance, "\(place)")
        #expect(kernels.softmaxOf(x, gap: 3).bits == found.bits, "\(place)")
        for row in 0..<rows {
          #expect(abs(found.row(row).reduce(0, +) - 1) <= Self.softmaxTolerance, "\(place)")
          #expect(found.row(row).allSatisfy { $0 >= 0 && $0 <= 1 }, "\(place)")
        }
      }
    }
  }

  @Test(
    "Products of split rows with a vector equal the exact ones within their bound",
    arguments: Kernels.all)
  func dots(_ kernels: Kernels) {
    let seed = FixtureSeed(11)
    var random = seed.generator
    for count in [0, 1, 3, 4, 5, 9] {
      for width in widths + [768] {
        let rows = (0..<(count * width)).map { _ in Float.random(in: -1...1, using: &random) }
        let query = (0..<width).map { _ in Float.random(in: -1...1, using: &random) }
        let halves = rows.map(SplitRows.split)
        for precision in [SplitRows.Precision.rounded, .full] {
          let products = kernels.dotsOf(halves, query, count: count, precision)
          for row in 0..<count {
            let terms = (0..<width).map { Double(rows[row * width + $0]) * Double(query[$0]) }
            let rounding = precision == .full ? 0 : Double(SplitRows.roundingError)
            let bound =
              (rounding + 1.01 * Double(width + 8) * 0x1p-24) * terms.reduce(0) { $0 + abs($1) }
            let error = abs(Double(products[row]) - terms.reduce(0, +))
            #expect(error <= bound, "\(kernels.name), \(count) x \(width), \(precision), \(seed)")
          }
        }
      }
    }
  }

  @Test("A float is split and joined to the same bits, and its upper half is the nearest")
  func splitting() {
    let seed = FixtureSeed(12)
    var random = seed.generator
    let values: [Float] = [0, -0.0, 1, -1, 0x1.fffffep-1, 0x1.ff0000p0, .leastNonzeroMagnitude]
    for value in values + (0..<1000).map({ _ in Float.random(in: -2...2, using: &random) }) {
      let (high, low) = SplitRows.split(value)
      #expect(SplitRows.join(high, low).bitPattern == value.bitPattern, "\(value), \(seed)")
      let error = abs(SplitRows.join(high, 0) - value)
      #expect(error <= abs(value) * SplitRows.roundingError + 0x1p-130, "\(value), \(seed)")
    }
  }

  @Test("Softmax does not change when every score moves by the same whole number")
  func softmaxShift() {
    let x = TensorsMatrix(rows: 1, columns: 5, elements: [0, 1, 2, 3, 4])
    let moved = TensorsMatrix(rows: 1, columns: 5, elements: [-64, -63, -62, -61, -60])
    for kernels in Kernels.all {
      #expect(kernels.softmaxOf(x).bits == kernels.softmaxOf(moved).bits, "\(kernels.name)")
    }
  }

  @Test(
    "Softmax of scores as large as ±10 000 and beyond stays finite and picks the largest",
    arguments: [Float(1e4), 88, 104, 1e20, .greatestFiniteMagnitude])
  func softmaxExtremes(_ size: Float) {
    for kernels in Kernels.all {
      for columns in [2, 17, 40] {
        for winner in [0, 1, columns - 1] {
          var scores = [Float](repeating: -size, count: columns)
          scores[winner] = size
          let x = TensorsMatrix(rows: 1, columns: columns, elements: scores)
          let found = kernels.softmaxOf(x)
          let place: Comment = "\(kernels.name), \(columns) columns, \(winner), \(size)"
          #expect(found[0, winner] == 1, place)
          #expect(found.elements.filter { $0 == 0 }.count == columns - 1, place)
        }
      }
    }
  }

  @Test("Layer normalisation equals its twin, into itself and elsewhere", arguments: Kernels.all)
  func layerNorm(_ kernels: Kernels) {
    let seed = FixtureSeed(2)
    var random = seed.generator
    for rows in counts {
      for columns in widths {
        let x = TensorsMatrix(rows: rows, columns: columns, in: -2...3, using: &random)
        let gain = TensorsMatrix(rows: 1, columns: columns, using: &random).elements
        let offset = TensorsMatrix(rows: 1, columns: columns, using: &random).elements
        let wanted = TensorsNaive.layerNorm(x, gain: gain, offset: offset, epsilon: 1e-5)
        let place: Comment = "\(kernels.name), \(rows) x \(columns), \(seed)"
        let found = [false, true].map {
          kernels.layerNormOf(x, gain: gain, offset: offset, epsilon: 1e-5, inPlace: $0)
        }
        #expect(found[0].distance(to: wanted) <= Self.layerNormTolerance, place)
        #expect(found[0].bits == found[1].bits && found[1].strayWrites == 0, place)
      }
    }
  }

  @Test("A constant row is normalised to the offset") func constantRow() {
    for kernels in Kernels.all {
      let x = TensorsMatrix(
        rows: 2, columns: 19,
        elements: Array(repeating: 5, count: 19) + .init(repeating: 0, count: 19))
      let offset = (0..<19).map { Float($0) }
      let found = kernels.layerNormOf(
        x, gain: .init(repeating: 3, count: 19), offset: offset, epsilon: 1e-12, inPlace: true)
      #expect(found.elements == offset + offset, "\(kernels.name)")
    }
  }

  @Test("A row's bits do not depend on its company", arguments: Kernels.all)
  func rowsAlone(_ kernels: Kernels) {
    let seed = FixtureSeed(5)
    var random = seed.generator
    let x = TensorsMatrix(rows: 59, columns: 77, in: -4...4, using: &random)
    let gain = TensorsMatrix(rows: 1, columns: 77, using: &random).elements
    let operations: [(String, (TensorsMatrix) -> TensorsMatrix)] = [
      ("softmax", { kernels.softmaxOf($0) }),
      (
        "layerNorm",
        { kernels.layerNormOf($0, gain: gain, offset: gain, epsilon: 1e-6, inPlace: false) }
      ),
    ]
    for (name, operation) in operations {
      let together = operation(x)
      for row in 0..<x.rows {
        let alone = operation(TensorsMatrix(rows: 1, columns: 77, elements: x.row(row)))
        #expect(
          alone.bits == together.row(row).map(\.bitPattern),
          "\(name), \(kernels.name), row \(row), \(seed)")
      }
    }
  }

  @Test("NaN is never hidden") func notANumber() {
    for kernels in Kernels.all {
      for columns in [1, 5, 40] {
        var elements = [Float](repeating: 1, count: columns)
        elements[columns - 1] = .nan
        let x = TensorsMatrix(rows: 1, columns: columns, elements: elements)
        let zeros = [Float](repeating: 0, count: columns)
        #expect(kernels.softmaxOf(x).elements.contains { $0.isNaN }, "\(kernels.name) \(columns)")
        #expect(
          kernels.layerNormOf(x, gain: elements, offset: zeros, epsilon: 1, inPlace: true)
            .elements.contains { $0.isNaN })
      }
    }
  }
}

extension Kernels {
  fileprivate func dotsOf(
    _ halves: [(high: UInt16, low: Int16)], _ query: [Float], count: Int,
    _ precision: SplitRows.Precision
  ) -> [Float] {
    var products = [Float](repeating: .nan, count: count)
    halves.map(\.high).withUnsafeBufferPointer { high in
      halves.map(\.low).withUnsafeBufferPointer { low in
        query.withUnsafeBufferPointer { query in
          products.withUnsafeMutableBufferPointer {
            dots(
              rows: SplitRows(high: high, low: low), precision: precision, query: query, into: $0)
          }
        }
      }
    }
    return products
  }
}
