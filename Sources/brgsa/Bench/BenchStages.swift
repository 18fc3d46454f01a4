import API
import ArgumentParser
import Calibrations
import CommandLineSupport
import Embeddings
import Encoders
import Glibc
import Inference
import Tensors
import Volumes

/// Runs and times the stages of `brgsa bench`.
struct BenchStages {
  private let directory: String
  private let runs: Int
  /// The shapes of the synthetic volumes; empty to use the model's input shape.
  private let shapes: [[Int]]
  /// The path of a NIfTI file; nil to use a synthetic volume.
  private let file: String?
  private let pool: WorkerPool
  let kernels: Kernels
  /// The number of threads that the system granted.
  var threads: Int { pool.threads }

  private static let searched = 10_000

  init(
    directory: String, threads: Int, kernels: Kernels, runs: Int, shapes: [[Int]], file: String?
  ) {
    self.kernels = kernels
    self.directory = directory
    self.runs = runs
    self.shapes = shapes
    self.file = file
    pool = WorkerPool(threads: threads)
  }

  /// Measures the highest rate of all threads together, in floating-point operations per second. A fused multiply-add
  /// counts as two operations.
  ///
  /// This takes half a second, so that an idle machine can reach its full speed.
  func measurePeak() -> Double {
    let (pool, kernels) = (pool, kernels)
    let rounds = 2_000_000
    let end = ContinuousClock.now + .milliseconds(500)
    var best = 0.0
    while ContinuousClock.now < end {
      let operations = kernels.exert(rounds: 1) * Double(rounds) * Double(pool.threads)
      let seconds = Self.seconds {
        pool.run(tasks: pool.threads) { _, _ in _ = kernels.exert(rounds: rounds) }
      }
      best = max(best, operations / seconds)
    }
    return best
  }

  func run(_ stage: BenchStage) throws -> [BenchRow] {
    switch stage {
    case .all: []
    case .load: try [load()]
    case .vision: try vision()
    case .text: try text()
    case .decode: try [decode()]
    case .preprocess: try [preprocess()]
    case .score: try [score()]
    case .search: try [search()]
    }
  }

  private func load() throws -> BenchRow {
    try time(.load, "model \(model { $0.configuration.name }), verified and self-tested") {
      _ = try ModelLoading.load(
        directory, threads: pool.threads, kernels: kernels, readsCalibration: false)
    }
  }

  private func vision() throws -> [BenchRow] {
    let configuration = try model { $0.configuration }
    let patch = configuration.vision.patch
    let shapes = shapes.isEmpty ? [configuration.recipe.shape] : shapes
    for shape in shapes where zip(shape, patch).contains(where: { !$0.isMultiple(of: $1) }) {
      throw ValidationError("--shape \(shape) is not a multiple of the patch \(patch).")
    }
    let encoder = try model { files in try files.visionEncoder(on: pool, kernels: kernels) }
    return try shapes.map { shape in
      let input = Self.volume(shape: shape)
      let tokens = 1 + zip(shape, patch).reduce(1) { $0 * ($1.0 / $1.1) }
      var row = try time(
        .vision,
        "\(shape[0]) x \(shape[1]) x \(shape[2]) voxels, \(tokens) tokens x \(configuration.vision.width)"
      ) {
        guard encoder.encode(input, on: pool) != nil else {
          throw CommandFailure("the model computes numbers that are not finite", .software)
        }
      }
      row.operations = encoder.operations(for: shape).done
      return row
    }
  }

  private func text() throws -> [BenchRow] {
    let tokenizer = try model { files in try files.tokenizer() }
    let encoder = try model { files in try files.textEncoder(on: pool, kernels: kernels) }
    let prompts = PromptSet.builtIn.flatMap(\.terms).map { tokenizer.tokenize("There is \($0)") }
    let tokens = prompts.reduce(0) { $0 + $1.ids.count }
    return [
      try time(.text, "one prompt of \(prompts[0].ids.count) tokens") {
        _ = encoder.encode([prompts[0]], on: pool)
      },
      try time(.text, "\(prompts.count) prompts of \(tokens) tokens") {
        _ = encoder.encode(prompts, on: pool)
      },
      try cached(prompts.count),
    ]
  }

  private func cached(_ count: Int) throws -> BenchRow {
    let loaded = try loadedModel()
    let prompts = PromptSet.builtIn.flatMap(\.terms).map {
      loaded.model.tokenizer.tokenize("There is \($0)")
    }
    return try time(.text, "\(count) prompts from memory") {
      _ = try loaded.embeddings(of: prompts)
    }
  }

  private func decode() throws -> BenchRow {
    try timeFile(.decode, "") { volume in _ = try Preprocessing.summarize(volume) }
  }

  private func preprocess() throws -> BenchRow {
    let recipe = try model { files in
      try PreprocessingRecipe(files.configuration)
    }
    let shape = recipe.shape.map { "\($0)" }.joined(separator: " x ")
    return try timeFile(.preprocess, " to \(shape)") { volume in
      _ = try Preprocessing.prepare(volume, recipe: recipe)
    }
  }

  private func score() throws -> BenchRow {
    let loaded = try loadedModel()
    let model = loaded.model
    let width = model.configuration.embedding
    let values = (0..<33).map { Self.embedding(width: width, seed: $0) }
    let volume = try bridged(Self.embedding(width: width, seed: 99), model)
    let rows = model.configuration.bank ?? 0
    return try time(.score, "33 prompts x \(width), bank of \(rows) rows") {
      for text in values { _ = ZeroShotScore(volume: volume, text: try bridged(text, model)) }
    }
  }

  private func search() throws -> BenchRow {
    let model = try loadedModel().model
    let width = model.configuration.embedding
    // A few different embeddings are enough, because the time does not depend on the values.
    let kinds = try (0..<16).map { try bridged(Self.embedding(width: width, seed: $0), model) }
    let volumes = (0..<Self.searched).map { kinds[$0 % kinds.count] }
    let report = try bridged(Self.embedding(width: width, seed: 99), model)
    return try time(.search, "one report against \(volumes.count) volumes x \(width)") {
      _ = volumes.map { ZeroShotScore(volume: $0, text: report).mean }.sorted(by: >)
    }
  }

  // MARK: Helpers

  private func model<Part>(
    _ read: (ModelDirectory) throws -> Part
  ) throws -> Part {
    try ModelLoading.reading(directory, read)
  }

  private func loadedModel() throws -> LoadedModel {
    try ModelLoading.load(
      directory, threads: pool.threads, kernels: kernels, readsCalibration: false)
  }

  private func bridged(_ values: [Float], _ model: Model) throws -> BridgedEmbedding {
    guard let embedding = model.bridged(values) else {
      throw CommandFailure("the model computes numbers that are not finite", .software)
    }
    return embedding
  }

  private func timeFile(
    _ stage: BenchStage, _ target: String, _ work: (NIfTIVolume) throws -> Void
  ) throws -> BenchRow {
    let path = try file ?? BenchVolume.make()
    let opened = Result { try InputFile(path: path) }
    // Remove the name of the synthetic file, which stays open, so that Ctrl-C leaves no file behind.
    if file == nil { unlink(path) }
    let input = try opened.get()
    do {
      let volume = try NIfTIVolume.open(
        fileDescriptor: input.fileDescriptor, byteCount: input.byteCount)
      let shape = volume.shape.map { "\($0)" }.joined(separator: " x ")
      let kind = volume.isCompressed ? "gzip" : "plain"
      var row = try time(stage, "\(shape) \(volume.voxelType), \(kind)\(target)") {
        try work(volume)
      }
      row.bytes = volume.header.declaredByteCount
      return row
    } catch let error as VolumeError {
      throw CommandFailure(InferenceError.volume(error), about: path)
    }
  }

  private func time(
    _ stage: BenchStage, _ work: String, _ body: () throws -> Void
  ) throws -> BenchRow {
    try body()
    var seconds: [Double] = []
    for _ in 0..<runs { seconds.append(try Self.seconds(body)) }
    return BenchRow(stage: stage, work: work, seconds: seconds.sorted())
  }

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }

  /// Makes a volume whose values cover the range of the model's input.
  private static func volume(shape: [Int]) -> Tensor {
    var noise = BenchNoise(seed: 1)
    return Tensor(shape: shape) { elements in
      for index in elements.indices { elements[index] = (noise.next() - 0.4978) / 0.2449 }
    }
  }

  private static func embedding(width: Int, seed: Int) -> [Float] {
    var noise = BenchNoise(seed: UInt32(truncatingIfNeeded: seed))
    return (0..<width).map { _ in noise.next() }
  }
}

/// A linear congruential generator of numbers from -1 to 1. Its sequence is the same on every machine.
struct BenchNoise {
  private var state: UInt32

  init(seed: UInt32) { state = seed &* 2_654_435_761 &+ 1 }

  mutating func next() -> Float {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(state >> 8) / 8_388_608 - 1
  }
}
