/// Writes one file to the spool and hashes it.
struct UploadWriter {
  private let file: SpoolFile
  private let contentType: String?
  private let hash: FileHash
  /// Number of bytes whose hashing has been requested so far.
  private var hashed = 0

  private static let hashedBytes = 1 << 20

  /// Opens the file. `reserving` is the announced length; 0 if it is unknown. The whole length is not reserved.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  init(_ spool: SpoolSpace, reserving reservation: Int, contentType: String?) throws(HTTPError) {
    do throws(SpoolError) {
      file = try SpoolFile(in: spool, expecting: reservation)
    } catch {
      throw error.httpError
    }
    hash = FileHash(file)
    self.contentType = contentType
  }

  private init(_ file: SpoolFile, contentType: String?) {
    self.file = file
    hash = FileHash(file)
    self.contentType = contentType
  }

  /// Returns a writer for the same file with another content type. The file must still be empty.
  func labelled(contentType: String?) -> UploadWriter {
    UploadWriter(file, contentType: contentType)
  }

  /// Appends bytes.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) {
    do throws(SpoolError) {
      try file.append(bytes)
    } catch {
      throw error.httpError
    }
    guard file.byteCount - hashed >= Self.hashedBytes else { return }
    hashed = file.byteCount
    hash.catchUpElsewhere(to: hashed)
  }

  /// Ends the file.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  func finish() throws(HTTPError) -> UploadedFile {
    do throws(SpoolError) {
      try file.seal()
      return UploadedFile(
        file: file, byteCount: file.byteCount, sha256: try hash.digest(ofAll: file.byteCount),
        contentType: contentType)
    } catch {
      throw error.httpError
    }
  }
}
