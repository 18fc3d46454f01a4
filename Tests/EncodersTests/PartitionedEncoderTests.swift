import StrictJSON
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Encoders

/// The tiny HLIP against the authors' own code: blocks within slabs, heads without bias, plain texts, the class token.
@Suite("Encoders of HLIP") struct PartitionedEncoderTests {
  private static let sets = Kernels.all + Kernels.allRounded

  /// Single against double precision, as a share of the embedding's length.
  private static func tolerance(_ compute: Compute) -> Float { compute == .f32 ? 5e-6 : 4e-2 }

  private static func model(_ kernels: Kernels) throws -> Model {
    try Model(ModelDirectory(Fixtures.tinyHLIP), on: TinyModel.pool, kernels: kernels)
  }

  private static func volume(_ name: String, _ file: ModelTensorFile) throws -> Tensor {
    Tensor(shape: try file.shape("\(name).volume"), elements: try file.floats("\(name).volume"))
  }

  @Test(
    "The golden volumes have the authors' embeddings with every set of kernels", arguments: sets)
  func volumes(_ kernels: Kernels) throws {
    let file = try ModelTensorFile(fixture: "hlip-goldens.safetensors")
    let model = try Self.model(kernels)
    for name in ["base", "resized"] {
      let found = try #require(
        model.vision.encode(Self.volume(name, file), on: WorkerPool(threads: 2)))
      let distance = relativeDistance(found, try file.floats("\(name).embedding"))
      #expect(distance <= Self.tolerance(kernels.compute), "\(name), \(kernels.name)")
    }
  }

  @Test("The model passes its self-test with every set of kernels", arguments: sets)
  func selfTest(_ kernels: Kernels) throws {
    try Self.model(kernels).runSelfTest(on: TinyModel.pool)
  }

  @Test("Texts have the authors' tokens and embeddings, alone and in a batch")
  func texts() throws {
    let model = try Self.model(.best)
    let pool = WorkerPool(threads: 2)
    let cases = try Fixtures.cases("hlip-goldens.json")
    #expect(cases.count == 71)
    let texts = cases.map { model.tokenizer.tokenize($0["text"]?.text ?? "") }
    let together = model.text.encode(texts, on: pool)
    for (index, golden) in cases.enumerated() {
      #expect(texts[index].ids.map { Double($0) } == golden["tokens"]?.numbers)
      let wanted = try #require(golden["embedding"]?.numbers).map { Float($0) }
      #expect(relativeDistance(together[index], wanted) <= Self.tolerance(.f32), "\(index)")
      #expect(model.text.encode([texts[index]], on: pool)[0].bits == together[index].bits)
    }
  }

  @Test("A volume has the same bits on 1 to 4 threads, and again from cached memory")
  func sameBits() throws {
    let seed = FixtureSeed(81)
    var random = seed.generator
    // 9 x 7 x 6 patches in 6 slabs of 63: two panels a slab.
    let volume = Tensor(shape: [36, 28, 12]) { elements in
      for index in elements.indices { elements[index] = .random(in: -2...2, using: &random) }
    }
    let model = try Self.model(.best)
    let results = try (1...4).flatMap { threads in
      let pool = WorkerPool(threads: threads)
      return try (0..<2).map { _ in try #require(model.vision.encode(volume, on: pool)) }
    }
    for result in results { #expect(result.bits == results[0].bits, "\(seed)") }
  }

  @Test("Patch embeddings are in the order of the grid, whatever the order in memory")
  func patchOrder() throws {
    let model = try Self.model(.best)
    let file = try ModelTensorFile(fixture: "hlip-goldens.safetensors")
    let volume = try Self.volume("resized", file)
    let pool = WorkerPool(threads: 2)
    let text = (0..<model.configuration.embedding).map { Float($0 % 3) - 0.5 }
    let exact = try #require(model.vision.patchSimilarities(volume, to: [text], on: pool))
    let rounded = try #require(model.vision.patchEmbeddings(volume, on: pool))
    let found = rounded.similarities(to: [text], on: pool)
    #expect(rounded.count == 5 * 2 * 7)
    for (one, other) in zip(exact[0], found[0]) { #expect(abs(one - other) < 0.004) }
  }

  @Test("A joined last block computes fewer tokens, and the profile does not depend on this")
  func operations() throws {
    let vision = try Self.model(.best).vision
    let (full, done) = vision.operations(for: [16, 12, 10])
    #expect(done <= full)
    let (whole, _) = try TinyModel.model.vision.operations(for: [64, 64, 32])
    #expect(whole > 0)
  }
}

@Suite("Order of patches") struct PatchOrderTests {
  @Test(
    "Places and patches are inverse, and slabs have one index along z", arguments: [true, false])
  func inverse(_ isDivided: Bool) {
    let order = PatchOrder(grid: [3, 4, 5], isDivided: isDivided)
    #expect((0..<60).map { order.place(of: order.patch(at: $0)) } == Array(0..<60))
    #expect(order.tokens == 60 + (isDivided ? 5 : 1))
    let groups = order.groups
    #expect(groups.count == (isDivided ? 5 : 1))
    for (slab, group) in groups.enumerated() {
      let patches = (1..<group.count).map { order.patch(at: group.token($0) - 1) }
      if isDivided { #expect(patches.allSatisfy { $0 % 5 == slab }) }
      #expect(Set(patches).count == 60 / groups.count)
    }
    #expect(Set(groups.map { $0.token(0) }).count == groups.count)
  }

  @Test("Class tokens are copied to the slabs and averaged from them") func classTokens() {
    let order = PatchOrder(grid: [2, 1, 3], isDivided: true)
    let state = VisionState(order, width: 4, heads: 2, wide: 8, workers: 1)
    for channel in 0..<4 { state.tokens.token(0)[channel] = Float(channel) }
    state.divideClassToken()
    for slab in 0..<3 {
      let token = state.divided.tokens.token(order.classToken(of: slab))
      #expect(token.elements == [0, 1, 2, 3])
      for channel in 0..<4 { token[channel] += Float(slab * 3) }
    }
    state.joinClassTokens()
    #expect(state.tokens.token(0).elements == [3, 4, 5, 6])
  }

  @Test("Attention within groups equals the plain table of weights for each group")
  func groupedAttention() throws {
    let (tokens, heads, headWidth) = (131, 3, 7)
    let width = heads * headWidth
    let seed = FixtureSeed(82)
    var random = seed.generator
    let groups = [
      TokenGroup(first: 130, range: 1..<49), TokenGroup(first: nil, range: 49..<60),
      TokenGroup(first: 0, range: 60..<130),
    ]
    let projections = TensorsMatrix(rows: tokens, columns: 3 * width, using: &random)
    let memory = [3 * width, width].map {
      FloatBuffer(count: TokenPanels.floats(tokens: tokens, channels: $0))
    }
    let source = TokenPanels(memory[0], tokens: tokens, channels: 3 * width)
    let target = TokenPanels(memory[1], tokens: tokens, channels: width)
    for token in 0..<tokens {
      for channel in 0..<(3 * width) { source.token(token)[channel] = projections[token, channel] }
    }
    let pool = WorkerPool(threads: 2)
    GroupedAttention.run(
      groups, heads: heads, projections: source,
      scratch: (0..<2).map { _ in GroupScratch(tokens: 71, headWidth: headWidth) }, into: target,
      pool, .best)
    for group in groups {
      let rows = (0..<group.count).map { projections.row(group.token($0)) }
      for head in 0..<heads {
        let parts = (0..<3).map { part in
          let start = part * width + head * headWidth
          return TensorsMatrix(
            rows: rows.count, columns: headWidth,
            elements: rows.flatMap { Array($0[start..<(start + headWidth)]) })
        }
        let wanted = TensorsNaive.attention(
          queries: parts[0], keys: parts[1], values: parts[2],
          scale: 1 / Float(headWidth).squareRoot())
        for place in 0..<group.count {
          let found = target.token(group.token(place)).elements
          for channel in 0..<headWidth {
            let difference = abs(found[head * headWidth + channel] - wanted[place, channel])
            #expect(difference < 1e-5, "\(seed)")
          }
        }
      }
    }
    withExtendedLifetime(memory) {}
  }
}
