/// Writes one file to the spool and computes its hash.
struct UploadWriter {
  private let file: SpoolFile
  private let contentType: String?
  private let hash: FileHash
  /// Number of bytes that have been passed to the hash so far.
  private var hashed = 0

  private static let hashedBytes = 1 << 20

  /// Opens the file.
  ///
  /// - Parameter reservation: The declared length; 0 if it is unknown. The declared length is not fully reserved.
  /// - Throws: ``HTTPError/storageFull`` or ``HTTPError/internalFailure``.
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

  /// Returns a writer for the same file with another media type. The file must still be empty.
  func labelled(contentType: String?) -> UploadWriter {
    UploadWriter(file, contentType: contentType)
  }

  /// Appends bytes to the file.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/memoryPressure`` or ``HTTPError/internalFailure``.
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

  /// Ends the file and returns it with its hash.
  ///
  /// - Throws: ``HTTPError/storageFull`` or ``HTTPError/internalFailure``.
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
