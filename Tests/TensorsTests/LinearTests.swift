import TestSupport
import Testing

@testable import Tensors

@Suite("Linear layers") struct LinearTests {
  /// Tokens, inputs, outputs: one, odd, around tiles of 4 and 8 outputs, vectors, panels of 48 and sums of 768.
  static let shapes = [
    (1, 1, 1), (1, 64, 96), (3, 5, 7), (16, 16, 16), (17, 15, 33), (47, 1, 65), (48, 47, 8),
    (49, 40, 9), (2, 767, 3), (5, 768, 12), (33, 769, 4), (97, 31, 24), (200, 24, 20), (9, 1600, 5),
    (1, 32, 32), (50, 64, 31), (145, 96, 70), (200, 320, 65), (96, 768, 40),
  ]

  @Test("equal their twin with every ending, packed in one or two parts", arguments: Kernels.all)
  func twin(_ kernels: Kernels) {
    let seed = FixtureSeed(10)
    var random = seed.generator
    for (tokens, inputs, outputs) in Self.shapes {
      let x = TensorsMatrix(rows: tokens, columns: inputs, using: &random)
      let weight = TensorsMatrix(rows: outputs, columns: inputs, using: &random)
      let bias = TensorsMatrix(rows: 1, columns: outputs, using: &random).elements
      let start = TensorsMatrix(rows: tokens, columns: outputs, using: &random)
      let packed = PackedWeights(weight, bias: bias, for: kernels)
      let place: Comment = "\(tokens) x \(inputs) x \(outputs), \(seed)"
      // A factor that is split into two bfloat16 has 16 significant bits instead of 24; the errors
      // of the products have random signs.
      let splitting = kernels.takes(.operand, channels: inputs) ? 0x1p-16 : 0
      let tolerance =
        ProductTests.tolerance(terms: inputs) + Float(splitting * Double(inputs).squareRoot())
      let stored = kernels.linearOf(x, packed, start: start, gap: 3)
      #expect(
        stored.distance(to: TensorsNaive.linear(x, weight: weight, bias: bias)) <= tolerance, place)
      #expect(
        kernels.linearOf(x, packed, ending: .add, start: start, gap: 3)
          .distance(to: TensorsNaive.linear(x, weight: weight, bias: bias, addedTo: start))
          <= tolerance, place)
      // GELU is nowhere steeper than 1.13, and its own error is a share of its argument.
      #expect(
        kernels.linearOf(x, packed, ending: .gelu, start: start)
          .distance(to: TensorsNaive.linear(x, weight: weight, bias: bias, gelu: true))
          <= 1.2 * tolerance + 5e-7, place)
      for first in [1, outputs / 2, outputs - 1] {
        let parts = PackedWeights(weight, bias: bias, first: first, for: kernels)
        #expect(kernels.linearOf(x, parts).bits == stored.bits, place)
      }
    }
  }

  @Test(
    "Whole numbers that bfloat16 can store give exact results",
    arguments: Kernels.all + Kernels.allRounded)
  func wholeNumbers(_ kernels: Kernels) {
    let seed = FixtureSeed(12)
    var random = seed.generator
    func matrix(_ rows: Int, _ columns: Int) -> TensorsMatrix {
      TensorsMatrix(
        rows: rows, columns: columns,
        elements: (0..<rows * columns).map { _ in Float(Int.random(in: -9...9, using: &random)) })
    }
    for (tokens, inputs, outputs) in Self.shapes {
      let (x, weight) = (matrix(tokens, inputs), matrix(outputs, inputs))
      let bias = matrix(1, outputs).elements
      let found = kernels.linearOf(x, PackedWeights(weight, bias: bias, for: kernels))
      #expect(
        found.distance(to: TensorsNaive.linear(x, weight: weight, bias: bias)) == 0,
        "\(kernels.name), \(tokens) x \(inputs) x \(outputs), \(seed)")
    }
  }

  @Test(
    "Some outputs have the bits that they have among all, and the others stay",
    arguments: Kernels.all + Kernels.allRounded, [33, 64])
  func someOutputs(_ kernels: Kernels, inputs: Int) {
    let seed = FixtureSeed(11)
    var random = seed.generator
    let group = kernels.group(inputs: inputs)
    let count = max(37, 4 * group + 5)
    let x = TensorsMatrix(rows: 70, columns: inputs, using: &random)
    let weight = TensorsMatrix(rows: count, columns: inputs, using: &random)
    let packed = PackedWeights(weight, bias: weight.columns(0..<1).elements, for: kernels)
    let start = TensorsMatrix(rows: 70, columns: count, using: &random)
    let all = kernels.linearOf(x, packed)
    for outputs in [
      0..<count, group..<count, 2 * group..<(3 * group + 5), 4 * group..<(4 * group + 1),
      group..<group,
    ] {
      let found = kernels.linearOf(x, packed, outputs: outputs, start: start)
      #expect(found.columns(outputs).bits == all.columns(outputs).bits, "\(outputs), \(seed)")
      for others in [0..<outputs.lowerBound, outputs.upperBound..<count] {
        #expect(found.columns(others).bits == start.columns(others).bits, "\(outputs), \(seed)")
      }
      #expect(found.strayWrites == 0)
    }
  }

  @Test(
    "A token's bits do not depend on its company or its place",
    arguments: Kernels.all + Kernels.allRounded, [900, 928])
  func tokensAlone(_ kernels: Kernels, inputs: Int) {
    let seed = FixtureSeed(12)
    var random = seed.generator
    let x = TensorsMatrix(rows: 100, columns: inputs, using: &random)
    let weight = TensorsMatrix(rows: 21, columns: inputs, using: &random)
    let packed = PackedWeights(weight, bias: weight.columns(0..<1).elements, for: kernels)
    let together = kernels.linearOf(x, packed, ending: .gelu)
    for index in [0, 1, 12, 15, 16, 24, 31, 32, 47, 48, 63, 95, 96, 99] {
      let token = TensorsMatrix(rows: 1, columns: inputs, elements: x.row(index))
      let alone = kernels.linearOf(token, packed, ending: .gelu)
      #expect(alone.bits == together.row(index).map(\.bitPattern), "token \(index), \(seed)")
    }
  }

  /// NaN whose bits a careless rounding turns into infinity or into zero.
  static let notNumbers = [
    Float.nan, Float(bitPattern: 0x7fff_ffff), Float(bitPattern: 0x7fc0_0001), -.nan,
    Float(bitPattern: 0xffff_ffff),
  ]

  @Test(
    "NaN is never hidden, and stays with its token",
    arguments: Kernels.all + Kernels.allRounded, [4, 64])
  func notANumber(_ kernels: Kernels, inputs: Int) {
    let ones = TensorsMatrix(
      rows: 9, columns: inputs, elements: .init(repeating: 1, count: 9 * inputs))
    let packed = PackedWeights(ones, bias: .init(repeating: 0, count: 9), for: kernels)
    for (token, value) in zip([0, 20, 49, 31, 48], Self.notNumbers) {
      var elements = [Float](repeating: 1, count: 50 * inputs)
      elements[token * inputs] = value
      let x = TensorsMatrix(rows: 50, columns: inputs, elements: elements)
      for ending in [Kernels.Ending.store, .gelu, .add] {
        let found = kernels.linearOf(x, packed, ending: ending)
        for row in 0..<50 {
          #expect(found.row(row).allSatisfy { $0.isNaN == (row == token) }, "\(token), \(row)")
        }
      }
    }
  }

  @Test(
    "A layer that a pool shares out has the same bits on 1 to 4 threads", arguments: [1, 50, 700])
  func sameBits(_ tokens: Int) {
    let seed = FixtureSeed(30)
    var random = seed.generator
    let x = TensorsMatrix(rows: tokens, columns: 48, using: &random)
    let weight = TensorsMatrix(rows: 1000, columns: 48, using: &random)
    let packed = PackedWeights(weight, bias: weight.columns(0..<1).elements)
    let wanted = Kernels.best.linearOf(x, packed)
    for threads in 1...4 {
      let pool = WorkerPool(threads: threads)
      var found = TensorsMatrix(rows: tokens, columns: 1000)
      found.lendPanels { found in
        x.lentPanels { pool.linear($0, packed, into: found, .best) }
      }
      #expect(found.bits == wanted.bits && found.strayWrites == 0, "\(threads) threads, \(seed)")
    }
  }
}
