import Tensors
import TestSupport
import Testing

@testable import Encoders

/// Patch embeddings in bfloat16, from which heat maps are made.
@Suite struct PatchEmbeddingsTests {
  @Test func cosinesAreThoseOfExactEmbeddingsExceptForTheirRounding() throws {
    let file = try ModelTensorFile(fixture: "vision-goldens.safetensors")
    let model = try TinyModel.model
    let width = model.configuration.embedding
    let volume = try TinyModel.goldenVolume()
    let patches = try file.floats("patch_embeddings")
    let texts = [
      try file.floats("volume_embedding"), Array(patches.prefix(width)),
      Array(patches.suffix(width)).map { -$0 }, [Float](repeating: 0, count: width),
    ]
    let exact = try #require(
      model.vision.patchSimilarities(volume, to: texts, on: TinyModel.pool))
    let rounded = try #require(model.vision.patchEmbeddings(volume, on: TinyModel.pool))
    #expect(rounded.width == width && rounded.count == patches.count / width)
    #expect(rounded.bytes.count == 2 * patches.count)
    let found = rounded.similarities(to: texts, on: TinyModel.pool)
    var largest: Float = 0
    for (row, wanted) in zip(found, exact) {
      #expect(row.count == wanted.count)
      for (value, other) in zip(row, wanted) { largest = max(largest, abs(value - other)) }
    }
    // The documented bound, and that the rounding is there.
    #expect(largest < 0.002 && largest > 0)
    #expect(found[3].allSatisfy { $0 == 0 })
    #expect(abs(found[1][0] - 1) <= 2e-5)
  }

  @Test func theyHaveTheSameBitsForAnyNumberOfThreadsAndLeaveTheVolumesEmbeddingAsItIs() throws {
    let model = try TinyModel.model
    let volume = try TinyModel.goldenVolume()
    let text = [Float](repeating: 1, count: model.configuration.embedding)
    let plain = try #require(model.vision.encode(volume, on: WorkerPool(threads: 1)))
    let wanted = try #require(model.vision.patchEmbeddings(volume, on: WorkerPool(threads: 1)))
    let map = wanted.similarities(to: [text], on: WorkerPool(threads: 1))[0].bits
    for threads in 1...4 {
      let pool = WorkerPool(threads: threads)
      let encoded = try #require(model.encode(volume, embedsPatches: true, on: pool))
      #expect(encoded.values.bits == plain.bits, "\(threads) threads")
      #expect(encoded.patches == wanted, "\(threads) threads")
      #expect(wanted.similarities(to: [text], on: pool)[0].bits == map, "\(threads) threads")
    }
    #expect(model.encode(volume, on: TinyModel.pool)?.patches == nil)
    #expect(model.vision.patchEmbeddings(volume, on: TinyModel.pool) { _ in false } == nil)
  }

  @Test func numbersAreRoundedToTheNearestAndHalvesToEven() {
    let numbers: [(value: Float, bits: UInt16)] = [
      (1, 0x3f80), (-2, 0xc000), (0, 0), (-0.0, 0x8000),
      (Float(bitPattern: 0x3f80_8000), 0x3f80), (Float(bitPattern: 0x3f81_8000), 0x3f82),
      (Float(bitPattern: 0x3f80_8001), 0x3f81), (Float(bitPattern: 0x3f80_7fff), 0x3f80),
      (Float(bitPattern: 0x3fff_ffff), 0x4000), (.leastNonzeroMagnitude, 0),
      (Float(bitPattern: 0x7f7f_7fff), 0x7f7f), (.greatestFiniteMagnitude, 0), (.infinity, 0),
      (-.infinity, 0), (.nan, 0), (Float(bitPattern: 0x7fff_ffff), 0),
      (Float(bitPattern: 0xffff_ffff), 0),
    ]
    let buffer = FloatBuffer(count: TokenPanels.floats(tokens: 3, channels: numbers.count))
    let tokens = TokenPanels(buffer, tokens: 3, channels: numbers.count)
    tokens.token(0).clear()
    tokens.token(1).clear()
    for (channel, number) in numbers.enumerated() { tokens.token(2)[channel] = number.value }
    let order = PatchOrder(grid: [1, 1, 2], isDivided: false)
    let bytes = withExtendedLifetime(buffer) { PatchEmbeddings(rounding: tokens, order).bytes }
    let zeros = [UInt8](repeating: 0, count: 2 * numbers.count)
    #expect(bytes == zeros + numbers.flatMap { [UInt8($0.bits & 255), UInt8($0.bits >> 8)] })
    #expect(PatchEmbeddings(bytes: bytes, count: 2, width: numbers.count)?.bytes == bytes)
  }

  @Test func bytesThatAreNotEmbeddingsAreRefused() {
    let bytes = [UInt8](repeating: 1, count: 24)
    #expect(PatchEmbeddings(bytes: bytes, count: 3, width: 4) != nil)
    for (count, width) in [(3, 3), (4, 4), (0, 4), (-3, -4), (Int.max, 2), (.max, .max)] {
      #expect(PatchEmbeddings(bytes: bytes, count: count, width: width) == nil)
    }
    #expect(PatchEmbeddings(bytes: Array(bytes.dropLast()), count: 3, width: 4) == nil)
    for high: UInt8 in [0x7f, 0xff] {
      for place in stride(from: 0, to: 24, by: 2) {
        var odd = bytes
        odd.replaceSubrange(place..<(place + 2), with: [0x80, high])
        #expect(PatchEmbeddings(bytes: odd, count: 3, width: 4) == nil)
        odd[place] = 0x7f
        #expect(PatchEmbeddings(bytes: odd, count: 3, width: 4) != nil)
      }
    }
  }
}
