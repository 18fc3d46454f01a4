import Embeddings
import Testing

@Suite("Zero-shot score") struct ZeroShotScoreTests {
  /// Cosines are rounded to floats, their mean once more.
  static let tolerance = 2 * Float.ulpOfOne

  /// Directions on a circle, so that every cosine is known: v 0°, v̂ 60°, t 90°, t̂ 180°.
  let volume: BridgedEmbedding
  let text: BridgedEmbedding

  init() throws {
    volume = BridgedEmbedding(
      direct: try #require(Embedding([2, 0])),
      bridged: try #require(Embedding([1, Float(3).squareRoot()])))
    text = BridgedEmbedding(
      direct: try #require(Embedding([0, 5])), bridged: try #require(Embedding([-1, 0])))
  }

  @Test("Each of the four cosines takes its own pair") func pairs() {
    let score = ZeroShotScore(volume: volume, text: text)
    let half = Float(3).squareRoot() / 2
    #expect(abs(score.direct - 0) <= Self.tolerance)
    #expect(abs(score.bridged - half) <= Self.tolerance)
    #expect(abs(score.directBridgedText - -1) <= Self.tolerance)
    #expect(abs(score.bridgedBoth - -0.5) <= Self.tolerance)
  }

  @Test("The score is the mean of the direct and the bridged cosine") func mean() {
    let score = ZeroShotScore(volume: volume, text: text)
    #expect(score.mean == (score.direct + score.bridged) / 2)
    #expect(abs(score.mean - Float(3).squareRoot() / 4) <= Self.tolerance)
  }

  @Test("A text against itself scores one in all four") func itself() {
    let same = BridgedEmbedding(direct: volume.direct, bridged: volume.direct)
    let score = ZeroShotScore(volume: same, text: same)
    #expect(
      [score.direct, score.bridged, score.directBridgedText, score.bridgedBoth, score.mean] == [
        1, 1, 1, 1, 1,
      ])
  }
}
