internal import CNettle

/// SHA-256 of bytes that come in pieces, computed by nettle, the library under GnuTLS.
///
/// Source: FIPS 180-4.
public struct SHA256: Sendable {
  private var context = sha256_ctx()

  /// Bytes of a digest.
  public static let byteCount = 32

  /// Starts with no bytes.
  public init() { nettle_sha256_init(&context) }

  /// Adds bytes after the earlier ones.
  public mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    nettle_sha256_update(&context, bytes.count, start.assumingMemoryBound(to: UInt8.self))
  }

  /// Adds bytes after the earlier ones.
  public mutating func update(data bytes: some Collection<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable {
      update(bufferPointer: UnsafeRawBufferPointer($0))
    }
    // Bytes that are not contiguous are copied first.
    if done == nil { Array(bytes).withUnsafeBytes { update(bufferPointer: $0) } }
  }

  /// The digest of all bytes so far, ``byteCount`` bytes. More bytes may follow.
  public func finalize() -> [UInt8] {
    var copy = context
    return [UInt8](unsafeUninitializedCapacity: Self.byteCount) { digest, count in
      guard let start = digest.baseAddress else { return }
      brgsa_sha256_digest(&copy, start)
      count = Self.byteCount
    }
  }

  /// The digest of `bytes`, ``byteCount`` bytes.
  public static func hash(data bytes: some Collection<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: bytes)
    return hash.finalize()
  }
}
