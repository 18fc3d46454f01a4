import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite("Matrix products") struct ProductTests {
  /// Each of `terms` products of numbers in −1…1 rounds the running sum, which stays near √terms.
  static func tolerance(terms: Int) -> Float { .ulpOfOne * Float(max(terms, 4)) }

  /// m, n, k: one, odd, around OpenBLAS's blocks, and long sums.
  static let shapes = [
    (1, 1, 1), (1, 64, 96), (3, 5, 7), (16, 16, 16), (17, 15, 33), (64, 1, 65), (130, 47, 8),
    (2, 3, 600), (65, 288, 96),
  ]

  @Test("a · bᵀ and a · b equal their twins, with and without gaps", arguments: [0, 5])
  func twins(_ gap: Int) {
    let seed = FixtureSeed(13)
    var random = seed.generator
    let kernels = Kernels.best
    for (m, n, k) in Self.shapes {
      let a = TensorsMatrix(rows: m, columns: k, using: &random)
      let b = TensorsMatrix(rows: k, columns: n, using: &random)
      let transposed = TensorsMatrix(rows: n, columns: k, using: &random)
      let place: Comment = "\(m) x \(n) x \(k), \(seed)"
      #expect(
        kernels.productOf(a, b, gap: gap).distance(to: TensorsNaive.product(a, b))
          <= Self.tolerance(terms: k), place)
      #expect(
        kernels.productOf(a, transposed: transposed, gap: gap)
          .distance(to: TensorsNaive.product(a, transposed: transposed))
          <= Self.tolerance(terms: k), place)
    }
  }

  @Test("A product replaces what was there, NaN included") func replaces() {
    let a = TensorsMatrix(rows: 1, columns: 2, elements: [1, 2])
    let b = TensorsMatrix(rows: 2, columns: 1, elements: [3, 4])
    var result = TensorsMatrix(rows: 1, columns: 1, elements: [.nan])
    result.lend { result in
      a.lent { a in b.lent { Kernels.best.multiply(a, $0, into: result) } }
    }
    #expect(result.elements == [11])
  }

  @Test("A product of no rows writes nothing") func noRows() {
    let none = TensorsMatrix(rows: 0, columns: 3)
    let b = TensorsMatrix(rows: 4, columns: 3, elements: Array(repeating: 1, count: 12))
    let found = Kernels.best.productOf(none, transposed: b)
    #expect(found.elements.isEmpty && found.strayWrites == 0)
  }

  @Test("Two threads that multiply at once get the same bits in every round")
  func concurrentCallers() {
    let seed = FixtureSeed(12)
    var random = seed.generator
    let a = TensorsMatrix(rows: 70, columns: 96, using: &random)
    let b = TensorsMatrix(rows: 64, columns: 96, using: &random)
    let wanted = Kernels.best.productOf(a, transposed: b).bits
    let (begun, tally) = (ThreadTally(), ThreadTally())
    TensorsThreads.run(2) { thread in
      begun.add(thread)
      while begun.values.count < 2 { sched_yield() }
      for _ in 0..<Self.rounds {
        tally.add(Kernels.best.productOf(a, transposed: b).bits == wanted ? 0 : 1)
      }
    }
    #expect(tally.values.reduce(0, +) == 0, "\(seed)")
    #expect(tally.values.count == 2 * Self.rounds)
  }

  /// So many that the threads meet, however they take turns.
  private static let rounds = 2000
}
