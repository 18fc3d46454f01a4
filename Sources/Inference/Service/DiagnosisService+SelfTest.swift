internal import Encoders
internal import Tensors
internal import Volumes

/// What a self-test on demand found; that it returned at all means that it passed.
public struct SelfTestResult: Sendable {
  /// Time of the model's stored example.
  public let exampleTime: Duration
  /// Voxels along x, y and z of the drawn volume.
  public let shape: [Int]
  /// Times of its two encodings.
  public let encodingTimes: [Duration]
}

extension DiagnosisService {
  /// Compares the model with its stored example again, and encodes a volume of full size twice, which must give the
  /// same bits: memory or a processor that errs now and then is found by nothing else.
  ///
  /// It waits for its turn among the volumes; requests that come meanwhile get the same result. A machine that fails it is not ready from then on.
  ///
  /// - Throws: ``InferenceError``; ``InferenceError/selfTestFailed`` if the machine failed.
  public func runSelfTest() async throws -> SelfTestResult {
    let loaded = try requireModel()
    do {
      return try await selfTests.run("") { [lane] in
        try await lane.run(in: .accepted) { _, isCancelled in
          try loaded.runFullSelfTest(isCancelled)
        }
      }
    } catch InferenceError.selfTestFailed {
      failSelfTest()
      throw InferenceError.selfTestFailed
    }
  }
}

extension LoadedModel {
  fileprivate func runFullSelfTest(
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> SelfTestResult {
    defer { Processor.releaseFreeMemory() }
    var clock = Stopwatch()
    do throws(ModelError) { try runSelfTest() } catch { throw InferenceError.selfTestFailed }
    let exampleTime = clock.lap()
    let input = Self.drawnInput(recipe.shape)
    var (first, times): ([UInt32]?, [Duration]) = (nil, [])
    for _ in 0..<2 {
      _ = clock.lap()
      let values = model.vision.encode(input, on: pool) { _ in !isCancelled() }
      guard let values else { throw InferenceError.cancelled }
      times.append(clock.lap())
      let bits = values.map(\.bitPattern)
      guard values.allSatisfy(\.isFinite), first == nil || first == bits else {
        throw InferenceError.selfTestFailed
      }
      first = bits
    }
    return SelfTestResult(exampleTime: exampleTime, shape: recipe.shape, encodingTimes: times)
  }

  /// A volume in which no two patches are alike, the same each time.
  private static func drawnInput(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape) { elements in
      // Marsaglia's xorshift, 32 bits; any sequence without a pattern would do.
      var state: UInt32 = 2_463_534_242
      for place in elements.indices {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        elements[place] = Float(state >> 8) / 8_388_608 - 1
      }
    }
  }
}
