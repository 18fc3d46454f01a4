import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Vision encoder") struct VisionEncoderTests {
  /// Single against double precision through three blocks, as a share of the embedding's length: found
  /// is 1.1e-7 with AVX-512, and other processors sum in another order. Another epsilon of a layer
  /// normalisation is off by more.
  static let tolerance: Float = 1e-6

  @Test("The golden volume has the reference's embedding and bridge") func goldens() throws {
    let file = try ModelTensorFile(fixture: "vision-goldens.safetensors")
    let model = try TinyModel.model
    let found = try #require(
      model.vision.encode(TinyModel.goldenVolume(), on: WorkerPool(threads: 2)))
    let distance = relativeDistance(found, try file.floats("volume_embedding"))
    #expect(distance <= Self.tolerance)
    let bridged = relativeDistance(
      model.bank.bridge(found), try file.floats("volume_bridged"))
    #expect(bridged <= Self.tolerance)
  }

  @Test("A volume of several panels has the same bits on 1 to 4 threads") func sameBits() throws {
    let seed = FixtureSeed(80)
    var random = seed.generator
    let shape = [128, 96, 64]
    // 8 x 6 x 8 patches and the class token: nine panels, the last with one token.
    let volume = Tensor(shape: shape) { elements in
      for index in elements.indices { elements[index] = .random(in: -6...2, using: &random) }
    }
    let model = try TinyModel.model
    let results = try (1...4).map { threads in
      try #require(model.vision.encode(volume, on: WorkerPool(threads: threads)))
    }
    for result in results { #expect(result.bits == results[0].bits, "\(seed)") }
  }

  @Test("The same pool gives the same bits again, and callers at once do not disturb each other")
  func repeated() throws {
    let (model, volume) = (try TinyModel.model, try TinyModel.goldenVolume())
    let pool = WorkerPool(threads: 2)
    let wanted = model.vision.encode(volume, on: pool)?.bits
    let different = Mutex(0)
    TensorsThreads.run(3) { _ in
      for _ in 0..<5 where model.vision.encode(volume, on: pool)?.bits != wanted {
        different.withLock { $0 += 1 }
      }
    }
    #expect(different.withLock { $0 } == 0)
  }

  @Test("Volumes of other sizes than the recipe's are encoded, down to one patch")
  func otherSizes() throws {
    let model = try TinyModel.model
    for shape in [[16, 16, 8], [32, 16, 8], [16, 48, 8], [16, 16, 40], [48, 48, 24]] {
      let volume = Tensor(shape: shape) { $0.update(repeating: 0.5) }
      let found = try #require(model.vision.encode(volume, on: WorkerPool(threads: 1)))
      #expect(found.count == 96 && found.allSatisfy(\.isFinite), "\(shape)")
    }
  }

  @Test("Operations are counted as the paper's layers say, and less is done") func operations()
    throws
  {
    let encoder = try TinyModel.model.vision
    // 96 channels, 384 hidden, 3 blocks; 4 x 4 x 4 patches of 2048 voxels and the class token.
    let (tokens, width) = (65.0, 96.0)
    let found = encoder.operations(for: [64, 64, 32])
    let wanted =
      2 * 64 * 2048 * width + 3 * (24 * tokens * width * width + 4 * tokens * tokens * width)
    #expect(found.full == wanted)
    #expect(found.done < found.full && found.done > found.full * 2 / 3)
  }

  @Test("Progress grows from zero and stays below one, once a block") func progress() throws {
    var shares: [Double] = []
    _ = try TinyModel.model.vision.encode(
      TinyModel.goldenVolume(), on: WorkerPool(threads: 1),
      progress: {
        shares.append($0)
        return true
      })
    #expect(shares.count == 3 && shares[0] == 0)
    #expect(shares == shares.sorted() && Set(shares).count == shares.count)
    #expect(shares.allSatisfy { (0..<1).contains($0) })
  }

  @Test("Progress that returns false stops the work", arguments: 1...3)
  func stops(_ last: Int) throws {
    var calls = 0
    let found = try TinyModel.model.vision.encode(
      TinyModel.goldenVolume(), on: WorkerPool(threads: 2),
      progress: { _ in
        calls += 1
        return calls < last
      })
    #expect(found == nil)
    #expect(calls == last)
  }
}
