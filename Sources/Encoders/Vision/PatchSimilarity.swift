internal import Tensors

/// The arithmetic of ``VisionEncoder/patchSimilarities(_:to:on:progress:)``, in double precision.
enum PatchSimilarity {
  /// Returns the embedding of a text, scaled to length 1. If all components are zero, returns
  /// zeros.
  static func direction(_ text: [Float], width: Int) -> [Double] {
    precondition(text.count == width, "\(text.count) components for \(width)")
    let length = text.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return text.map { length > 0 ? Double($0) / length : 0 }
  }

  /// Returns the cosine between a token and a direction of length 1.
  static func cosine(_ token: [Float], _ direction: [Double]) -> Float {
    var (product, square) = (0.0, 0.0)
    for (value, component) in zip(token, direction) {
      product += Double(value) * component
      square += Double(value) * Double(value)
    }
    return square > 0 ? Float(product / square.squareRoot()) : 0
  }

  /// A table of results that several tasks fill concurrently.
  ///
  /// `@unchecked Sendable`: each task writes only the results of its own patches. The table is read
  /// only after all tasks are done.
  final class Results: @unchecked Sendable {
    private let buffer: FloatBuffer
    private let texts: Int
    private let patches: Int

    init(texts: Int, patches: Int) {
      self.texts = texts
      self.patches = patches
      buffer = FloatBuffer(uninitialized: max(texts * patches, 1))
    }

    func set(_ value: Float, text: Int, patch: Int) {
      precondition(text < texts && patch < patches, "Patch \(patch) of \(patches)")
      buffer.pointer[text * patches + patch] = value
    }

    var rows: [[Float]] {
      (0..<texts).map { text in
        Array(UnsafeBufferPointer(start: buffer.pointer + text * patches, count: patches))
      }
    }
  }
}
