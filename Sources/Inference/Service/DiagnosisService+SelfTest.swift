internal import Encoders
internal import Tensors
internal import Volumes

/// The result of a self-test that an operator requested. A result exists only if the test passed.
public struct SelfTestResult: Sendable {
  /// Duration of the comparison with the model's stored example.
  public let exampleTime: Duration
  /// Number of voxels of the synthetic volume along x, y and z.
  public let shape: [Int]
  /// Durations of the two encodings of the synthetic volume.
  public let encodingTimes: [Duration]
}

extension DiagnosisService {
  /// Compares the model with its stored example again, and encodes a synthetic full-size volume twice.
  ///
  /// The two encodings must have the same bits. This detects occasional memory or processor errors, which no other
  /// check finds. The test waits in the queue of volumes, and concurrent requests share its result. After a failed
  /// test, the service is no longer ready.
  ///
  /// - Throws: ``InferenceError``; ``InferenceError/selfTestFailed`` if a comparison failed.
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

  /// Makes a reproducible random volume in which no two patches are equal.
  private static func drawnInput(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape) { elements in
      // Marsaglia's 32-bit xorshift generator. Any sequence without a pattern would work.
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
