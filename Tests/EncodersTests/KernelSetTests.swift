import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Encoders

/// The encoders with every set of kernels that this processor supports, and with the emulated ones.
@Suite("Encoders with each set of kernels") struct KernelSetTests {
  private static let sets = Kernels.all + Kernels.allRounded

  /// Against the reference in double precision, as a share of the embedding's length. Three products
  /// of split floats were off by up to 4.5e-6, and factors rounded to bfloat16 by up to 4e-3.
  private static func tolerance(_ compute: Compute) -> Float { compute == .f32 ? 1e-5 : 2e-2 }
  /// Smallest cosine with the reference.
  private static func leastCosine(_ compute: Compute) -> Float {
    compute == .f32 ? 1 - 2e-6 : 1 - 2e-3
  }

  private static func model(_ kernels: Kernels) throws -> Model {
    try Model(ModelDirectory(Fixtures.tinyModel), on: TinyModel.pool, kernels: kernels)
  }

  private static func cosine(_ one: [Float], _ other: [Float]) -> Float {
    func dot(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return Float(dot(one, other) / (dot(one, one) * dot(other, other)).squareRoot())
  }

  @Test("The golden volume has the reference's embedding", arguments: sets)
  func goldenVolume(_ kernels: Kernels) throws {
    let file = try ModelTensorFile(fixture: "vision-goldens.safetensors")
    let wanted = try file.floats("volume_embedding")
    let found = try #require(
      Self.model(kernels).vision.encode(TinyModel.goldenVolume(), on: WorkerPool(threads: 2)))
    #expect(relativeDistance(found, wanted) <= Self.tolerance(kernels.compute), "\(kernels.name)")
    #expect(Self.cosine(found, wanted) >= Self.leastCosine(kernels.compute), "\(kernels.name)")
  }

  @Test("The model passes its self-test", arguments: sets)
  func selfTest(_ kernels: Kernels) throws {
    try Self.model(kernels).runSelfTest(on: TinyModel.pool)
  }

  @Test("Texts have the embeddings of the portable kernels, alone and in a batch", arguments: sets)
  func texts(_ kernels: Kernels) throws {
    let portable = try #require(
      Kernels.set("portable", for: .f32) ?? Kernels.set("neon", for: .f32))
    let (reference, model) = (try Self.model(portable), try Self.model(kernels))
    let texts = [
      "", "There is pleural effusion.", String(repeating: "nodule in the lung ", count: 9),
    ]
    .map(model.tokenizer.tokenize)
    let wanted = reference.text.encode(texts, on: WorkerPool(threads: 1))
    let together = model.text.encode(texts, on: WorkerPool(threads: 1))
    for (index, text) in texts.enumerated() {
      #expect(
        relativeDistance(together[index], wanted[index]) <= Self.tolerance(kernels.compute),
        "\(kernels.name)")
      for threads in 1...4 {
        let alone = model.text.encode([text], on: WorkerPool(threads: threads))[0]
        #expect(alone.bits == together[index].bits, "\(kernels.name), \(threads) threads")
      }
    }
  }

  @Test("A volume of several panels has the same bits on 1 to 4 threads", arguments: sets)
  func sameBits(_ kernels: Kernels) throws {
    let seed = FixtureSeed(81)
    var random = seed.generator
    // 5 x 4 x 5 patches and the class token: three panels, the last with 5 tokens.
    let volume = Tensor(shape: [80, 64, 40]) { elements in
      for index in elements.indices { elements[index] = .random(in: -6...2, using: &random) }
    }
    let model = try Self.model(kernels)
    let results = try (1...4).map { threads in
      try #require(model.vision.encode(volume, on: WorkerPool(threads: threads)))
    }
    for result in results { #expect(result.bits == results[0].bits, "\(kernels.name), \(seed)") }
  }

  @Test("Patches are compared with texts as with the portable kernels", arguments: sets)
  func similarities(_ kernels: Kernels) throws {
    let portable = try #require(
      Kernels.set("portable", for: .f32) ?? Kernels.set("neon", for: .f32))
    let (reference, model) = (try Self.model(portable), try Self.model(kernels))
    let volume = try TinyModel.goldenVolume()
    let texts = reference.text.encode(
      [reference.tokenizer.tokenize("There is consolidation.")], on: TinyModel.pool)
    let wanted = try #require(
      reference.vision.patchSimilarities(volume, to: texts, on: TinyModel.pool))
    let found = try #require(model.vision.patchSimilarities(volume, to: texts, on: TinyModel.pool))
    let tolerance: Float = kernels.compute == .f32 ? 1e-5 : 2e-2
    for (one, other) in zip(found[0], wanted[0]) {
      #expect(abs(one - other) <= tolerance, "\(kernels.name)")
    }
  }

  @Test("Voxels reach the first block unrounded", arguments: Kernels.allRounded)
  func exactPatches(_ kernels: Kernels) throws {
    // Air everywhere: rounded voxels would all be wrong by the same share.
    let volume = Tensor(shape: [32, 32, 16]) { $0.update(repeating: -2.0338) }
    func tokens(_ kernels: Kernels) throws -> [Double] {
      try #require(
        Self.model(kernels).vision.encode(volume, profiling: [0], on: TinyModel.pool)
      ).profile
    }
    #expect(kernels.exact.compute == .f32)
    #expect(try tokens(kernels) == tokens(kernels.exact), "\(kernels.name)")
  }

  @Test("Both computes have sets, and a set belongs to one") func computes() {
    #expect(Kernels.all.allSatisfy { $0.compute == .f32 })
    #expect(Kernels.allRounded.allSatisfy { $0.compute == .bf16 })
    #expect(Kernels.set("emulated-bf16", for: .f32) == nil)
    #expect(Kernels.set("emulated-bf16", for: .bf16)?.compute == .bf16)
    #expect(Kernels.set("", for: .f32)?.name == Kernels.all[0].name)
    // An emulation is never the default.
    #expect(Kernels.set("", for: .bf16)?.name.hasPrefix("emulated") != true)
  }
}
