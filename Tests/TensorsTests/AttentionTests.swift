import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite("Attention") struct AttentionTests {
  /// Scores of up to 5 in magnitude round by 5e-7, which exp turns into a relative error of the weights;
  /// the values are at most 1.
  static let tolerance: Float = 5e-6

  static func tolerance(of kernels: Kernels) -> Float {
    guard kernels.compute == .f32 else { return roundedTolerance }
    return kernels.takes(.operand, channels: 32) ? splitTolerance : tolerance
  }

  /// Queries, keys, width: one, odd, around panels of 48 and blocks of 96 keys, tiles of 6, 8, 12, 16 and 48.
  static let shapes = [
    (1, 1, 1), (1, 2, 5), (3, 95, 8), (47, 96, 3), (48, 97, 16), (49, 48, 32), (13, 49, 7),
    (17, 145, 17), (100, 193, 33), (33, 700, 64), (25, 8, 9), (12, 10, 2),
    (6, 6, 6), (5, 7, 13), (1, 1, 32), (50, 33, 64), (48, 80, 96), (65, 300, 128), (20, 49, 160),
  ]

  /// For factors that are split into two bfloat16, with 16 significant bits together.
  static let splitTolerance: Float = 2e-5
  /// Scores of factors rounded to 8 bits, and then weights and values rounded likewise.
  static let roundedTolerance: Float = 4e-2

  @Test(
    "equals the whole table of weights, with and without gaps",
    arguments: Kernels.all + Kernels.allRounded)
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
          found.distance(to: wanted)
            <= Self.tolerance(of: kernels),
          "\(kernels.name), \(count) x \(keyCount) x \(width), gap \(gap), \(seed)")
      }
    }
  }

  /// Kernels by themselves, and with heads that fill the tiles of those that multiply tiles.
  private static func cases(_ narrow: Int) -> [(kernels: Kernels, width: Int)] {
    (Kernels.all + Kernels.allRounded).flatMap { kernels in [(kernels, narrow), (kernels, 32)] }
  }

  @Test("Equal scores give the mean of the values", arguments: [1, 48, 96, 97, 192, 1300])
  func mean(_ keyCount: Int) {
    for (kernels, width) in Self.cases(2) {
      let values = TensorsMatrix(
        rows: keyCount, columns: 2,
        elements: (0..<keyCount).flatMap { [1, Float($0.isMultiple(of: 2) ? 0 : 2)] }
      ).widened(to: width)
      let found = kernels.attentionOf(
        queries: TensorsMatrix(rows: 1, columns: width),
        keys: TensorsMatrix(rows: keyCount, columns: width), values: values, scale: 3)
      let odd = Float(2 * (keyCount / 2)) / Float(keyCount)
      #expect(abs(found[0, 0] - 1) <= Self.tolerance, "\(kernels.name)")
      #expect(abs(found[0, 1] - odd) <= Self.tolerance, "\(kernels.name)")
    }
  }

  @Test(
    "Scores of ±10 000 stay finite and pick the winner's value, in whatever block it is",
    arguments: [0, 1, 47, 48, 95, 96, 191, 192, 1099])
  func extremes(_ winner: Int) {
    for (kernels, width) in Self.cases(1) {
      for sign in [Float(1), -1] {
        // Without a winner's sign every score is −10 000: all weights are equal there.
        let keys = TensorsMatrix(
          rows: 1100, columns: 1, elements: (0..<1100).map { $0 == winner ? 100 : -100 }
        ).widened(to: width)
        let values = TensorsMatrix(
          rows: 1100, columns: 1, elements: (0..<1100).map { $0 == winner ? 1 : 3 }
        ).widened(to: width)
        let found = kernels.attentionOf(
          queries: TensorsMatrix(rows: 1, columns: 1, elements: [100 * sign])
            .widened(to: width), keys: keys, values: values, scale: 1)
        let wanted: Float = sign > 0 ? 1 : 3
        #expect(
          abs(found[0, 0] - wanted)
            <= (width == 1 ? Self.tolerance : Self.tolerance(of: kernels)) * wanted,
          "\(kernels.name), \(winner), \(sign)")
      }
    }
  }

  @Test(
    "A maximum that rises from block to block loses nothing, however large it is",
    // Tiles split a key into 16 significant bits, so that small keys are needed to see the blocks.
    arguments: [(1, 9990, 2e-6), (32, 0, 2e-4)] as [(Int, Float, Double)])
  func risingMaximum(_ width: Int, _ offset: Float, _ tolerance: Double) {
    let keys = (0..<960).map { offset + 10 * Float($0) / 960 }
    // Each block has other values: an error in a block's share is seen.
    let values = (0..<960).map { Float($0) / 960 }
    let scale: Float = 0.9
    let weights = keys.map { exp(Double($0 - offset - 10) * Double(scale)) }
    let wanted =
      zip(weights, values).reduce(0) { $0 + $1.0 * Double($1.1) } / weights.reduce(0, +)
    for kernels in Kernels.all {
      let found = kernels.attentionOf(
        queries: TensorsMatrix(rows: 1, columns: 1, elements: [1]).widened(to: width),
        keys: TensorsMatrix(rows: 960, columns: 1, elements: keys).widened(to: width),
        values: TensorsMatrix(rows: 960, columns: 1, elements: values).widened(to: width),
        scale: scale)
      // Without fused multiply-adds each product of 10,000 is rounded.
      #expect(abs(Double(found[0, 0]) - wanted) <= tolerance, "\(kernels.name) \(found[0, 0])")
    }
  }

  @Test(
    "A query's bits do not depend on its company or its place",
    arguments: Kernels.all + Kernels.allRounded, [24, 64])
  func queriesAlone(_ kernels: Kernels, width: Int) {
    let seed = FixtureSeed(21)
    var random = seed.generator
    let queries = TensorsMatrix(rows: 61, columns: width, using: &random)
    let keys = TensorsMatrix(rows: 300, columns: width, using: &random)
    let together = kernels.attentionOf(queries: queries, keys: keys, values: keys, scale: 0.2)
    for index in [0, 1, 15, 16, 30, 47, 48, 60] {
      let query = TensorsMatrix(rows: 1, columns: width, elements: queries.row(index))
      let alone = kernels.attentionOf(
        queries: query, keys: keys, values: keys, scale: 0.2, gap: 9)
      #expect(alone.bits == together.row(index).map(\.bitPattern), "query \(index), \(seed)")
    }
  }

  @Test(
    "A score that is not a number is never hidden",
    arguments: Kernels.all + Kernels.allRounded, [1, 32])
  func notANumber(_ kernels: Kernels, width: Int) {
    for (place, value) in zip([0, 50, 99, 129, 47], LinearTests.notNumbers) {
      var elements = [Float](repeating: 0.5, count: 130)
      elements[place] = value
      let found = kernels.attentionOf(
        queries: TensorsMatrix(rows: 1, columns: 1, elements: [1]).widened(to: width),
        keys: TensorsMatrix(rows: 130, columns: 1, elements: elements).widened(to: width),
        values: TensorsMatrix(rows: 130, columns: width), scale: 1)
      #expect(found[0, 0].isNaN, "key \(place)")
    }
  }
}

extension TensorsMatrix {
  /// The same rows with zeros after them.
  fileprivate func widened(to width: Int) -> TensorsMatrix {
    TensorsMatrix(
      rows: rows, columns: width,
      elements: (0..<rows).flatMap { row($0) + [Float](repeating: 0, count: width - columns) })
  }
}
