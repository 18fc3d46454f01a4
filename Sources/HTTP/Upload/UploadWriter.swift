/// Spools one file while hashing it.
struct UploadWriter {
  private let file: SpoolFile
  private let contentType: String?
  private let hash: FileHash
  /// Up to where somebody was asked to hash.
  private var hashed = 0

  private static let hashedBytes = 1 << 20

  /// Opens the file for `reserving` bytes, which are announced and not set aside; 0 if nothing was.
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

  /// The same, still empty, file for a content type that became known later.
  func labelled(contentType: String?) -> UploadWriter {
    UploadWriter(file, contentType: contentType)
  }

  /// Takes the next bytes.
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
