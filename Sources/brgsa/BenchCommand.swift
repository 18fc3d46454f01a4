import ArgumentParser
import Encoders
import Inference
import Tensors

/// `brgsa bench`
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time a model's encoders on this machine.",
    discussion: """
      Encodes one made-up volume of the model's size and a set of prompts, several times after a warm-up, \
      and prints shapes with the least, the median and the largest time. Compare two builds in turn on one \
      quiet machine, by their medians.
      """)

  @Option(name: .long, help: "Counted runs of each stage.")
  var runs = 5

  @OptionGroup var options: ModelOptions

  func validate() throws {
    guard (1...1000).contains(runs) else { throw ValidationError("--runs is from 1 to 1000.") }
  }

  func run() async throws {
    let settings = try await options.settings()
    let threads = settings.number(.threads)
    let start = ContinuousClock.now
    let model = try ModelLoading.load(settings.text(.model), threads: threads).model
    let ready = ContinuousClock.now - start
    let pool = WorkerPool(threads: threads)
    let input = Self.input(shape: model.configuration.recipe.shape)
    let prompts = PromptSet.builtIn[0].terms.map { model.tokenizer.tokenize("There is \($0)") }
    let embedding = try Self.encode(input, model, pool)

    Console.print(
      "\(model.configuration.name): \(threads) threads, OpenBLAS \(Processor.openBLASCore), kernels \(Kernels.best.name)"
    )
    Console.print("loaded, verified and self-tested in \(Self.seconds(ready)) s")
    let patches = zip(input.shape, model.configuration.vision.patch).reduce(1) {
      $0 * ($1.0 / $1.1)
    }
    try report(
      "volume \(input.shape) -> \(patches + 1) tokens x \(model.configuration.embedding)"
    ) { _ = try Self.encode(input, model, pool) }
    try report("one prompt of \(prompts[0].ids.count) tokens") {
      _ = model.text.encode([prompts[0]], on: pool)
    }
    try report("\(prompts.count) prompts") { _ = model.text.encode(prompts, on: pool) }
    try report("bridge \(embedding.count) -> \(model.configuration.bank) rows") {
      _ = model.bank.bridge(embedding)
    }
  }

  private func report(_ stage: String, _ work: () throws -> Void) throws {
    try work()
    var times: [Duration] = []
    for _ in 0..<runs {
      let start = ContinuousClock.now
      try work()
      times.append(ContinuousClock.now - start)
    }
    times.sort()
    let figures = [times[0], times[times.count / 2], times[times.count - 1]].map(Self.seconds)
    Console.print("\(stage): min \(figures[0]) median \(figures[1]) max \(figures[2]) s")
  }

  private static func encode(_ input: Tensor, _ model: Model, _ pool: WorkerPool) throws -> [Float]
  {
    guard let values = model.vision.encode(input, on: pool) else { throw ExitCode.software }
    return values
  }

  /// Values spread over what clipped HU become, from a fixed linear congruence.
  private static func input(shape: [Int]) -> Tensor {
    Tensor(shape: shape) { elements in
      var state: UInt32 = 1
      for index in elements.indices {
        state = state &* 1_664_525 &+ 1_013_904_223
        elements[index] = (Float(state >> 8) / 8_388_608 - 1 - 0.4978) / 0.2449
      }
    }
  }

  private static func seconds(_ duration: Duration) -> String {
    let microseconds = duration.components.attoseconds / 1_000_000_000_000
    let digits = String(microseconds)
    return "\(duration.components.seconds)." + String(repeating: "0", count: 6 - digits.count)
      + digits
  }
}
