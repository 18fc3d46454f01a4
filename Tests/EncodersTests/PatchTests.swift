import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Patches and positions") struct PatchTests {
  /// Trilinear weights and their products are rounded a few times; positions are of order 1.
  static let positionTolerance: Float = 2e-6
  /// 2048 products of voxels up to 2 and weights of about 0.02 are summed in single precision.
  static let tokenTolerance: Float = 2e-5

  @Test("Patches come x slowest, z fastest, and so do their voxels") func order() {
    let (patch, grid) = ([2, 3, 4], [3, 2, 2])
    let shape = zip(patch, grid).map { $0 * $1 }
    // Each voxel holds its own place: hundreds x, tens y, ones z.
    let volume = Tensor(shape: shape) { elements in
      for index in elements.indices {
        let (x, y, z) = (
          index / (shape[1] * shape[2]), index / shape[2] % shape[1], index % shape[2]
        )
        elements[index] = Float(100 * x + 10 * y + z)
      }
    }
    let cutter = PatchCutter(input: volume, patch: patch, grid: grid)
    #expect(cutter.voxels == 24)
    for (index, origin) in Self.places(in: grid).enumerated() {
      let found = Self.columns(1, cutter.voxels) { cutter.copy(patch: index, to: $0[0]) }
      let wanted = Self.places(in: patch).map { place in
        (0..<3).reduce(Float(0)) { 10 * $0 + Float(origin[$1] * patch[$1] + place[$1]) }
      }
      #expect(found.elements == wanted, "patch \(index)")
    }
  }

  @Test("Positions are resized as PyTorch does") func resizing() throws {
    let goldens = try ModelTensorFile(fixture: "kernel-goldens.safetensors")
    let cases = goldens.cases(of: "resize")
    #expect(cases.count == 6)
    for name in cases {
      let (shape, target) = (
        try goldens.shape("\(name).input"), try goldens.shape("\(name).output")
      )
      let width = shape[3]
      let positions = try Self.positions(
        [Float](repeating: 9, count: width) + goldens.floats("\(name).input"),
        grid: Array(shape.prefix(3)), width: width)
      let resized = positions.resized(to: Array(target.prefix(3)))
      let count = target.prefix(3).reduce(1, *)
      let found = Self.columns(count, width) { tokens in
        for index in 0..<count { resized.add(position: index, to: tokens[index]) }
      }.elements
      let output = try goldens.floats("\(name).output")
      let distance = zip(found, output).map { abs($0 - $1) }.max() ?? .infinity
      #expect(found.count == output.count && distance <= Self.positionTolerance, "\(name)")
    }
  }

  @Test("A grid of the learnt size keeps every position exactly", arguments: 1...20)
  func sameGrid(_ size: Int) {
    let neighbours = PositionEmbedding.neighbours(from: size, to: size)
    for (index, neighbour) in neighbours.enumerated() {
      #expect(neighbour.lower == index && neighbour.upperWeight == 0)
    }
  }

  @Test("Neighbours stay within the learnt grid, and their weights within 0…1")
  func neighbours() {
    for source in 1...17 {
      for target in 1...40 {
        for neighbour in PositionEmbedding.neighbours(from: source, to: target) {
          #expect(neighbour.lower >= 0 && neighbour.upper < source, "\(source) to \(target)")
          #expect((0...1).contains(neighbour.upperWeight), "\(source) to \(target)")
        }
      }
    }
  }

  @Test("Patches, projection and positions give the reference's tokens") func tokens() throws {
    let weights = try ModelTensorFile(fixture: "tiny-model/model.safetensors")
    let golden = try ModelTensorFile(fixture: "vision-goldens.safetensors")
    let path = "img_encoder.model"
    let (patch, grid, width) = ([16, 16, 8], [4, 4, 4], 96)
    let table = try weights.floats("\(path).pos_embed")
    let cutter = PatchCutter(input: try TinyModel.goldenVolume(), patch: patch, grid: grid)
    let patches = Self.columns(64, cutter.voxels) { tokens in
      for index in 0..<64 { cutter.copy(patch: index, to: tokens[index]) }
    }
    let projected = TensorsNaive.linear(
      patches,
      weight: TensorsMatrix(
        rows: width, columns: cutter.voxels,
        elements: try weights.floats("\(path).patch_embed.proj.weight")),
      bias: try weights.floats("\(path).patch_embed.proj.bias"))
    let positions = try Self.positions(table, grid: [3, 3, 3], width: width)
    var found = TensorsMatrix(
      rows: 65, columns: width,
      elements: try weights.floats("\(path).cls_token") + projected.elements)
    found.lendPanels { tokens in
      positions.addClassPosition(to: tokens.token(0))
      let resized = positions.resized(to: grid)
      for index in 0..<64 { resized.add(position: index, to: tokens.token(1 + index)) }
    }
    let distance = found.distance(
      to: TensorsMatrix(
        rows: 65, columns: width, elements: try golden.floats("tokens_before_first_block")))
    #expect(distance <= Self.tokenTolerance)
  }

  /// `count` tokens of zeros after `body` has worked on them.
  private static func columns(
    _ count: Int, _ channels: Int, _ body: ([TokenColumn]) -> Void
  ) -> TensorsMatrix {
    var matrix = TensorsMatrix(rows: count, columns: channels)
    matrix.lendPanels { panels in body((0..<count).map { panels.token($0) }) }
    return matrix
  }

  private static func places(in grid: [Int]) -> [[Int]] {
    (0..<grid[0]).flatMap { x in
      (0..<grid[1]).flatMap { y in (0..<grid[2]).map { [x, y, $0] } }
    }
  }

  private static func positions(
    _ table: [Float], grid: [Int], width: Int
  ) throws -> PositionEmbedding {
    var file = ModelTensorFile()
    file["positions"] = ModelTensorFile.Entry(
      name: "positions", floats: table, shape: [1, 1 + grid.reduce(1, *), width])
    return try SafetensorsFile.reading(file.bytes) {
      try PositionEmbedding($0, "positions", grid: grid, width: width)
    }
  }
}
