import CMicrohttpd
import Files
import Glibc

/// Uploads of jobs in a folder that several services share, for example on NFS. Unlike ``StoredUploads``, the folder
/// belongs to no service, so that no lock protects it. Its files are removed only when they are old.
public struct SharedUploads: Sendable {
  private let folder: String

  /// Age in seconds after which the file of an unknown job is removed.
  public static let abandonedSeconds = 24 * 3600

  /// - Parameter folder: An existing folder to which all services may write.
  public init(folder: String) { self.folder = folder }

  /// Stores an upload. On return, the file and its name are on the disk.
  ///
  /// - Parameter name: A name of letters, digits and underscores that is not in use.
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  public func keep(_ upload: UploadedFile, as name: String) async throws(HTTPError) {
    let outcome = await DiskThread.run { [folder] in
      Result { () throws(SpoolError) in
        try StoredUploads.store(upload, as: name, in: folder)
      }
    }
    do throws(SpoolError) {
      try outcome.get()
    } catch {
      remove(name)
      throw error.httpError
    }
  }

  /// Opens a stored upload.
  ///
  /// - Returns: nil if the upload is gone or its bytes have changed.
  public func upload(
    _ name: String, byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int] = []
  ) async -> UploadedFile? {
    await StoredUploads.upload(
      at: StoredUploads.path(of: name, in: folder), byteCount: byteCount, sha256: sha256,
      contentType: contentType, parts: parts)
  }

  /// Removes a stored upload.
  public func remove(_ name: String) { unlink(StoredUploads.path(of: name, in: folder)) }

  /// Removes old files whose names are not in `needed`. Another service may have just stored a newer file whose job is
  /// not in the store yet.
  public func removeAbandoned(but needed: Set<String>) {
    for file in SpoolPart.names(in: folder) {
      guard let name = StoredUploads.name(ofFile: file), !needed.contains(name) else { continue }
      let path = "\(folder)/\(file)"
      if let age = SpoolPart.age(of: path), age > Self.abandonedSeconds { unlink(path) }
    }
  }
}
