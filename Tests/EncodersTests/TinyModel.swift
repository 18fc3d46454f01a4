import Encoders
import Tensors
import TestSupport

/// The fixture's model, read once for all tests.
enum TinyModel {
  private static let shared = Result {
    try Model(ModelDirectory(Fixtures.tinyModel), on: pool)
  }

  /// Threads that models are loaded on.
  static let pool = WorkerPool(threads: 2)

  /// The model.
  static var model: Model { get throws { try shared.get() } }

  /// The model in `folder`.
  static func load(_ folder: ModelFolder) throws(ModelError) -> Model {
    try Model(ModelDirectory(folder.path), on: pool)
  }

  /// Why the model in `folder` is refused; nil if it is not.
  static func refusal(_ folder: ModelFolder) -> ModelError? {
    do {
      _ = try load(folder)
      return nil
    } catch {
      return error
    }
  }

  /// The volume of `vision-goldens.safetensors`.
  static func goldenVolume() throws -> Tensor {
    let file = try ModelTensorFile(fixture: "vision-goldens.safetensors")
    return Tensor(shape: try file.shape("volume"), elements: try file.floats("volume"))
  }
}

/// The largest difference of two embeddings as a share of the length of `expected`; infinite if their
/// numbers of components differ or one is NaN.
func relativeDistance(_ found: [Float], _ expected: [Float]) -> Float {
  let norm = expected.reduce(into: Float(0)) { $0 += $1 * $1 }.squareRoot()
  guard found.count == expected.count, norm > 0 else { return .infinity }
  return zip(found, expected).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1) / norm
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

extension [Float] {
  /// For comparisons that tell −0 from 0.
  var bits: [UInt32] { map(\.bitPattern) }
}
