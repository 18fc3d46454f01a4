import Embeddings
import TestSupport
import Testing

@Suite("Embedding") struct EmbeddingTests {
  /// A cosine is summed in double precision and rounded to a float once.
  static let tolerance = Float.ulpOfOne

  @Test(
    "The cosine is what one computes by hand",
    arguments: [
      ([1, 0], [1, 0], 1), ([1, 0], [0, 1], 0), ([1, 0], [-3, 0], -1),
      ([1, 1], [1, 0], 0.70710678),
      ([3, 4], [4, 3], 0.96), ([1, 2, 2], [2, 1, -2], 0), ([5], [0.1], 1), ([5], [-7], -1),
    ] as [([Float], [Float], Float)])
  func byHand(_ one: [Float], _ other: [Float], _ wanted: Float) throws {
    let cosine = try #require(Embedding(one)).cosine(try #require(Embedding(other)))
    #expect(abs(cosine - wanted) <= Self.tolerance)
  }

  @Test("The norm is the Euclidean length") func norm() throws {
    #expect(try #require(Embedding([3, 4])).norm == 5)
    #expect(try #require(Embedding([-2])).norm == 2)
    #expect(try #require(Embedding([0, 0, 0.5])).values == [0, 0, 0.5])
  }

  @Test("The cosine is symmetric, within −1…1, and does not know lengths") func laws() throws {
    let seed = FixtureSeed(60)
    var random = seed.generator
    for count in [1, 2, 3, 96, 768] {
      for _ in 0..<50 {
        let (one, other) = (Self.values(count, &random), Self.values(count, &random))
        let (first, second) = (try #require(Embedding(one)), try #require(Embedding(other)))
        let cosine = first.cosine(second)
        #expect(cosine == second.cosine(first), "\(seed)")
        #expect((-1...1).contains(cosine), "\(seed)")
        #expect(first.cosine(first) == 1, "\(seed)")
        #expect(first.cosine(try #require(Embedding(one.map { -$0 }))) == -1, "\(seed)")
        for scale in [Float(0x1p-60), 0.125, 3, 0x1p60] {
          let scaled = try #require(Embedding(one.map { $0 * scale }))
          #expect(abs(scaled.cosine(second) - cosine) <= Self.tolerance, "\(scale), \(seed)")
        }
      }
    }
  }

  @Test("The largest and the smallest floats have a cosine, too") func extremes() throws {
    let large = Float.greatestFiniteMagnitude
    let small = Float.leastNonzeroMagnitude
    for values in [[large, large], [small, small], [large, small], [-large, small]] {
      let embedding = try #require(Embedding(values))
      #expect(embedding.cosine(embedding) == 1, "\(values)")
      #expect(try #require(Embedding([1, 1])).cosine(embedding).isFinite, "\(values)")
    }
  }

  @Test(
    "NaN, infinity, zero and nothing are no embeddings",
    arguments: [
      [], [0], [0, 0, -0.0], [.nan], [1, .nan], [.infinity], [1, -.infinity],
      [.infinity, -.infinity], [.signalingNaN, 1],
    ] as [[Float]])
  func refused(_ values: [Float]) {
    #expect(Embedding(values) == nil)
  }

  private static func values(_ count: Int, _ random: inout VolumesRandom) -> [Float] {
    (0..<count).map { _ in
      Float.random(in: 0.001...1, using: &random) * (Bool.random(using: &random) ? 1 : -1)
    }
  }
}
