public import Tensors

/// The embeddings p of a volume's patches, from which all heat maps of the volume are made.
///
/// They are rounded to bfloat16, which has 8 significant bits. Each number changes by at most 2⁻⁹
/// of itself, so a cosine changes by less than 0.002.
///
/// - Source: ModelSpecification.md, "Heat maps".
public struct PatchEmbeddings: Sendable, Equatable {
  /// Number of patches, x slowest.
  public let count: Int
  /// Components of an embedding.
  public let width: Int
  /// `[count, width]` numbers of 16 bits, the lower byte first.
  public let bytes: [UInt8]

  /// Reads ``bytes``; nil if their number is wrong or a number is not finite.
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

  /// Rounds the embeddings of tokens, without token 0, to the nearest bfloat16, halves to even.
  /// Numbers beyond its range, and those that are not finite, become 0.
  init(rounding tokens: TokenPanels) {
    let (count, width) = (tokens.tokens - 1, tokens.channels)
    self.count = count
    self.width = width
    bytes = [UInt8](unsafeUninitializedCapacity: 2 * count * width) { buffer, filled in
      for patch in 0..<count {
        let token = tokens.token(patch + 1)
        for channel in 0..<width {
          let bits = Self.rounded(token[channel])
          buffer[filled] = UInt8(truncatingIfNeeded: bits)
          buffer[filled + 1] = UInt8(truncatingIfNeeded: bits >> 8)
          filled += 2
        }
      }
    }
  }

  /// Returns the cosine of each text with each patch, `[texts][count]`. The bits do not depend on
  /// the number of threads.
  ///
  /// - Parameter texts: Embeddings `[C]`. If a text or a patch has length 0, the cosine is 0.
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

  /// p of one patch.
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
