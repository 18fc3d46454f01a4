public import Tensors

/// The embeddings p of a volume's patches. All heat maps of the volume are made from them.
///
/// They are rounded to bfloat16, which has 8 significant bits. This changes a component by at most a factor of 1 ± 2⁻⁹,
/// and a cosine by less than 0.002.
///
/// - Source: ModelSpecification.md, "Heat maps".
public struct PatchEmbeddings: Sendable, Equatable {
  /// Number of patches. In their order, x is the slowest axis.
  public let count: Int
  /// Number of components of an embedding.
  public let width: Int
  /// The embeddings as bfloat16 numbers, `[count, width]`, little-endian.
  public let bytes: [UInt8]

  /// Makes the embeddings from stored ``bytes``; nil if their number is wrong or a component is not finite.
  public init?(bytes: [UInt8], count: Int, width: Int) {
    let (numbers, isHuge) = count.multipliedReportingOverflow(by: width)
    guard count > 0, !isHuge, bytes.count.isMultiple(of: 2), bytes.count / 2 == numbers
    else { return nil }
    self.bytes = bytes
    self.count = count
    self.width = width
    let isFinite = bytes.withUnsafeBytes { raw in
      (0..<numbers).reduce(true) { $0 && Self.number(raw, at: $1).isFinite }
    }
    guard isFinite else { return nil }
  }

  /// Rounds the embeddings of all tokens except token 0, the class token, to the nearest bfloat16, ties to even.
  /// Components that are not finite or exceed the range of bfloat16 become 0.
  init(rounding tokens: TokenPanels, _ order: PatchOrder) {
    let (count, width) = (order.count, tokens.channels)
    self.count = count
    self.width = width
    bytes = [UInt8](unsafeUninitializedCapacity: 2 * count * width) { buffer, filled in
      for patch in 0..<count {
        let token = tokens.token(1 + order.place(of: patch))
        for channel in 0..<width {
          let bits = Self.rounded(token[channel])
          buffer[filled] = UInt8(truncatingIfNeeded: bits)
          buffer[filled + 1] = UInt8(truncatingIfNeeded: bits >> 8)
          filled += 2
        }
      }
    }
  }

  /// Returns the cosine between each text and each patch, shape `[texts][count]`. Its bits do not depend on the number
  /// of threads.
  ///
  /// - Parameter texts: Embeddings of the shape `[C]`. The cosine with an embedding of length 0 is 0.
  public func similarities(to texts: [[Float]], on pool: WorkerPool) -> [[Float]] {
    let directions = texts.map { PatchSimilarity.direction($0, width: width) }
    let results = PatchSimilarity.Results(texts: texts.count, patches: count)
    pool.run(tasks: (count + Self.patchesPerTask - 1) / Self.patchesPerTask) { task, _ in
      let first = task * Self.patchesPerTask
      for patch in first..<min(first + Self.patchesPerTask, count) {
        let token = PatchSimilarity.Token(embedding(patch))
        for (text, direction) in directions.enumerated() {
          results.set(token.cosine(direction), text: text, patch: patch)
        }
      }
    }
    return results.rows
  }

  private static let patchesPerTask = 64

  /// Returns the embedding p of one patch.
  private func embedding(_ patch: Int) -> [Float] {
    bytes.withUnsafeBytes { raw in
      (patch * width..<(patch + 1) * width).map { Self.number(raw, at: $0) }
    }
  }

  private static func number(_ raw: UnsafeRawBufferPointer, at index: Int) -> Float {
    let bits = raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
    return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
  }

  private static func rounded(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let nearest = (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16
    return value.isFinite && nearest & 0x7f80 != 0x7f80 ? UInt16(truncatingIfNeeded: nearest) : 0
  }
}
