import CMicrohttpd
import Crypto
import Dispatch
import Glibc

/// Uploads that are still there when the process is not: files with names in the spool's directory.
public struct KeptUploads: Sendable {
  /// Begins every name, so that nobody else's file is ever removed.
  private static let prefix = "kept-"
  private static let queue = DispatchQueue(label: "brgsa.kept", attributes: .concurrent)

  private let directory: String

  /// The uploads in a directory of ours that nobody else may enter.
  public init(directory: String) { self.directory = directory }

  /// Gives an upload a name: when this returns, file and name are on the disk.
  ///
  /// - Parameter name: Letters, digits and underscores; not in use.
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  public func keep(_ upload: UploadedFile, as name: String) async throws(HTTPError) {
    let path = path(of: name)
    let outcome = await Self.elsewhere { [directory] in
      Result { () throws(SpoolError) in
        try upload.file.link(as: path)
        try Self.flush(directory)
      }
    }
    do throws(SpoolError) {
      try outcome.get()
    } catch {
      remove(name)
      throw error.httpError
    }
  }

  /// An upload that was kept, perhaps by an earlier process.
  ///
  /// - Returns: Nil if it is gone, or its bytes are not those that were kept.
  public func upload(
    _ name: String, byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int] = []
  ) async -> UploadedFile? {
    let path = path(of: name)
    return await Self.elsewhere {
      guard let file = try? SpoolFile(reopening: path), file.byteCount == byteCount,
        let digest = try? FileHash(file).digest(ofAll: byteCount), digest == sha256
      else { return nil }
      return UploadedFile(
        file: file, byteCount: byteCount, sha256: sha256, contentType: contentType
      ).divided(into: parts)
    }
  }

  /// Takes the name away; the file goes with its last reader.
  public func remove(_ name: String) { unlink(path(of: name)) }

  /// Removes all but those that are still needed: what a process left behind that was killed at the wrong moment.
  public func removeAll(but needed: Set<String>) {
    guard let listing = opendir(directory) else { return }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      // In place: a copy would read 256 bytes, but an entry ends with its name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      let kept = name.dropFirst(Self.prefix.count)
      guard name.hasPrefix(Self.prefix), !needed.contains(String(kept)) else { continue }
      unlink("\(directory)/\(name)")
    }
  }

  private func path(of name: String) -> String { "\(directory)/\(Self.prefix)\(name)" }

  private static func flush(_ directory: String) throws(SpoolError) {
    let descriptor = SystemCall.retrying { open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw SpoolError(errno: errno) }
    defer { close(descriptor) }
    guard SystemCall.retrying({ fsync(descriptor) }) == 0 else { throw SpoolError(errno: errno) }
  }

  /// Disks take their time, which Swift's cooperative threads must not wait for.
  private static func elsewhere<Value: Sendable>(
    _ body: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body()) }
    }
  }
}
