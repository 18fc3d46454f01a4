internal import Encoders
internal import Tensors
internal import Volumes

/// The result of a self-test on demand. If there is a result, the test has passed.
public struct SelfTestResult: Sendable {
  /// Time of the comparison with the model's stored example.
  public let exampleTime: Duration
  /// Number of voxels of the synthetic volume along x, y and z.
  public let shape: [Int]
  /// Times of the two encodings of the synthetic volume.
  public let encodingTimes: [Duration]
}

extension DiagnosisService {
  /// Compares the model with its stored example again, and encodes a full-size volume twice.
  ///
  /// The two results must have the same bits; nothing else detects occasional errors of the memory
  /// or the processor. The test waits in the queue of volumes. Concurrent requests share its
  /// result. If the test fails, the service is no longer ready.
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

  /// Makes a reproducible volume without equal patches.
  private static func drawnInput(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape) { elements in
      // Marsaglia's xorshift with 32 bits; any sequence without a pattern would work.
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
