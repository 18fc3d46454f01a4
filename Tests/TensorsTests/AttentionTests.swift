import TestSupport
import Testing

@testable import Tensors

@Suite("Attention") struct AttentionTests {
  /// Scores of up to 5 in magnitude round by 5e-7, which exp turns into a relative error of the weights;
  /// the values are at most 1.
  static let tolerance: Float = 5e-6

  /// Queries, keys, width: one, odd, around the blocks of 128 queries and 512 keys, and beyond two blocks.
  static let shapes = [
    (1, 1, 1), (1, 2, 5), (3, 511, 8), (127, 512, 3), (128, 513, 16), (129, 70, 32),
    (5, 1025, 17), (257, 1100, 33),
  ]

  @Test("equals the whole table of weights, with and without gaps", arguments: Kernels.all)
  func twin(_ kernels: Kernels) {
    let seed = FixtureSeed(20)
    var random = seed.generator
    for (count, keyCount, width) in Self.shapes {
      let queries = TensorsMatrix(rows: count, columns: width, in: -2...2, using: &random)
      let keys = TensorsMatrix(rows: keyCount, columns: width, in: -2...2, using: &random)
      let values = TensorsMatrix(rows: keyCount, columns: width, using: &random)
      let scale = 1 / Float(width).squareRoot()
      let wanted = TensorsNaive.attention(
        queries: queries, keys: keys, values: values, scale: scale)
      for gap in [0, 7] {
        let found = kernels.attentionOf(
          queries: queries, keys: keys, values: values, scale: scale, gap: gap)
        #expect(
          found.distance(to: wanted) <= Self.tolerance,
          "\(kernels.name), \(count) x \(keyCount) x \(width), gap \(gap), \(seed)")
      }
    }
  }

  @Test("Equal scores give the mean of the values", arguments: [1, 512, 513, 1024, 1300])
  func mean(_ keyCount: Int) {
    for kernels in Kernels.all {
      let values = TensorsMatrix(
        rows: keyCount, columns: 2,
        elements: (0..<keyCount).flatMap { [1, Float($0.isMultiple(of: 2) ? 0 : 2)] })
      let found = kernels.attentionOf(
        queries: TensorsMatrix(rows: 1, columns: 2),
        keys: TensorsMatrix(rows: keyCount, columns: 2), values: values, scale: 3)
      let odd = Float(2 * (keyCount / 2)) / Float(keyCount)
      #expect(abs(found[0, 0] - 1) <= Self.tolerance, "\(kernels.name)")
      #expect(abs(found[0, 1] - odd) <= Self.tolerance, "\(kernels.name)")
    }
  }

  @Test(
    "Scores of ±10 000 stay finite and pick the winner's value, in whatever block it is",
    arguments: [0, 1, 511, 512, 1023, 1024, 1099])
  func extremes(_ winner: Int) {
    for kernels in Kernels.all {
      for sign in [Float(1), -1] {
        // Without a winner's sign every score is −10 000: all weights are equal there.
        let keys = TensorsMatrix(
          rows: 1100, columns: 1, elements: (0..<1100).map { $0 == winner ? 100 : -100 })
        let values = TensorsMatrix(
          rows: 1100, columns: 1, elements: (0..<1100).map { $0 == winner ? 1 : 3 })
        let found = kernels.attentionOf(
          queries: TensorsMatrix(rows: 1, columns: 1, elements: [100 * sign]), keys: keys,
          values: values, scale: 1)
        let wanted: Float = sign > 0 ? 1 : 3
        #expect(
          abs(found[0, 0] - wanted) <= Self.tolerance * wanted,
          "\(kernels.name), \(winner), \(sign)")
      }
    }
  }

  @Test("A query's bits do not depend on its company") func queriesAlone() {
    let seed = FixtureSeed(21)
    var random = seed.generator
    let (queries, keys) = (
      TensorsMatrix(rows: 1, columns: 24, using: &random),
      TensorsMatrix(rows: 600, columns: 24, using: &random)
    )
    for kernels in Kernels.all {
      let first = kernels.attentionOf(queries: queries, keys: keys, values: keys, scale: 0.2)
      let again = kernels.attentionOf(
        queries: queries, keys: keys, values: keys, scale: 0.2, gap: 9)
      #expect(first.bits == again.bits, "\(kernels.name), \(seed)")
    }
  }
}
