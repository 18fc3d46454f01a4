import Crypto

/// Spools one file while hashing it.
struct UploadWriter {
  private let file: SpoolFile
  private let contentType: String?
  private var hash = SHA256()

  /// Opens the file; `reserving` bytes are set aside.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  init(directory: String, reserving reservation: Int, contentType: String?) throws(HTTPError) {
    do throws(SpoolError) {
      file = try SpoolFile(directory: directory, reserving: reservation)
    } catch {
      throw error.httpError
    }
    self.contentType = contentType
  }

  private init(_ file: SpoolFile, contentType: String?) {
    self.file = file
    self.contentType = contentType
  }

  /// The same, still empty, file for a content type that became known later.
  func labelled(contentType: String?) -> UploadWriter {
    UploadWriter(file, contentType: contentType)
  }

  /// Takes the next bytes.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) {
    hash.update(bufferPointer: bytes)
    do throws(SpoolError) {
      try file.append(bytes)
    } catch {
      throw error.httpError
    }
  }

  /// Ends the file.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  func finish() throws(HTTPError) -> UploadedFile {
    do throws(SpoolError) {
      try file.seal()
    } catch {
      throw error.httpError
    }
    return UploadedFile(
      file: file, byteCount: file.byteCount, sha256: Array(hash.finalize()),
      contentType: contentType)
  }
}
