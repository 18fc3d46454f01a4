import Embeddings
import Encoders
import Synchronization
import TestSupport
import Testing

@testable import Inference

@Suite struct TextEmbeddingCacheTests {
  @Test func whatWasKeptComesBackAndNothingElse() throws {
    let cache = TextEmbeddingCache(capacity: 8)
    let embedding = try Self.embedding(1)
    #expect(cache[[1, 2]] == nil)
    cache.keep(embedding, for: [1, 2])
    #expect(cache[[1, 2]] == embedding)
    #expect(cache[[1, 2, 3]] == nil && cache[[]] == nil && cache[[2, 1]] == nil)
  }

  @Test func thoseUsedLongestAgoGoFirst() throws {
    let cache = TextEmbeddingCache(capacity: 8)
    for text in 0..<8 { cache.keep(try Self.embedding(text), for: [Int32(text)]) }
    #expect(cache.count == 8)
    // 0 is used again, so 1 is now the oldest.
    #expect(cache[[0]] != nil)
    cache.keep(try Self.embedding(8), for: [8])
    #expect(cache.count <= 8)
    #expect(cache[[0]] != nil && cache[[8]] != nil && cache[[7]] != nil)
    #expect(cache[[1]] == nil)
  }

  @Test func itNeverGrowsBeyondItsCapacity() throws {
    for capacity in [1, 2, 3, 7] {
      let cache = TextEmbeddingCache(capacity: capacity)
      for text in 0..<50 {
        cache.keep(try Self.embedding(text), for: [Int32(text % 11)])
        #expect((1...capacity).contains(cache.count))
        #expect(cache[[Int32(text % 11)]] != nil)
      }
    }
  }

  @Test func aTextFromTheCacheHasTheBitsOfOneThatIsEncodedAlone() throws {
    let texts = PromptSet.builtIn.flatMap(\.terms)
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 2)
    let tokens = texts.map { model.model.tokenizer.tokenize("There is \($0)") }
    let first = try model.embeddings(of: tokens)
    #expect(model.textCache.count == Set(tokens.map(\.ids)).count)
    #expect(try model.embeddings(of: tokens.reversed()) == first.reversed())
    for (index, text) in tokens.enumerated() {
      let alone = try LoadedModel(directory: Fixtures.tinyModel, threads: 1).embeddings(of: [text])
      #expect(alone == [first[index]], "\(texts[index])")
    }
  }

  @Test func cancelledWorkKeepsNothing() throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 2)
    let text = model.model.tokenizer.tokenize("There is lung nodule")
    #expect(throws: InferenceError.cancelled) {
      try model.embeddings(of: [text], isCancelled: { true })
    }
    #expect(model.textCache.count == 0)
    // What is there already needs no work.
    let found = try model.embeddings(of: [text])
    #expect(try model.embeddings(of: [text], isCancelled: { true }) == found)
  }

  private static func embedding(_ seed: Int) throws -> BridgedEmbedding {
    let embedding = try #require(Embedding([1, Float(seed)]))
    return BridgedEmbedding(direct: embedding, bridged: embedding)
  }
}
