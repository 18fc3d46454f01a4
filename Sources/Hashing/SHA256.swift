internal import CNettle

/// Computes the SHA-256 of data that arrives in pieces. Uses nettle, the cryptographic library behind GnuTLS.
///
/// Source: FIPS 180-4.
public struct SHA256: Sendable {
  private var context = sha256_ctx()

  /// The length of a digest in bytes.
  public static let byteCount = 32

  /// Starts a hash of no data.
  public init() { nettle_sha256_init(&context) }

  /// Appends data.
  public mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    nettle_sha256_update(&context, bytes.count, start.assumingMemoryBound(to: UInt8.self))
  }

  /// Appends data.
  public mutating func update(data bytes: some Collection<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable {
      update(bufferPointer: UnsafeRawBufferPointer($0))
    }
    // Copy data that is not contiguous in memory.
    if done == nil { Array(bytes).withUnsafeBytes { update(bufferPointer: $0) } }
  }

  /// Returns the digest of all data so far, ``byteCount`` bytes long. More data may be appended afterwards.
  public func finalize() -> [UInt8] {
    var copy = context
    return [UInt8](unsafeUninitializedCapacity: Self.byteCount) { digest, count in
      guard let start = digest.baseAddress else { return }
      brgsa_sha256_digest(&copy, start)
      count = Self.byteCount
    }
  }

  /// Returns the digest of `bytes`, ``byteCount`` bytes long.
  public static func hash(data bytes: some Collection<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: bytes)
    return hash.finalize()
  }
}
