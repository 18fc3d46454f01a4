internal import Tensors

/// Computes cosines between patch embeddings and texts in double precision.
enum PatchSimilarity {
  /// Returns the text embedding, scaled to length 1. An embedding of zeros is returned unchanged.
  static func direction(_ text: [Float], width: Int) -> [Double] {
    precondition(text.count == width, "\(text.count) components for \(width)")
    let length = text.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return text.map { length > 0 ? Double($0) / length : 0 }
  }

  /// The embedding p of one patch.
  struct Token {
    private let values: [Float]
    private let length: Double

    init(_ values: [Float]) {
      self.values = values
      length = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    /// Returns the cosine with a direction of length 1; 0 if the embedding has length 0.
    func cosine(_ direction: [Double]) -> Float {
      var product = 0.0
      for (value, component) in zip(values, direction) { product += Double(value) * component }
      return length > 0 ? Float(product / length) : 0
    }
  }

  /// A table of results that several tasks fill concurrently.
  ///
  /// `@unchecked Sendable`: each task writes only the results of its own patches, and the table is read after all tasks
  /// have finished.
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
