import Files

/// Collects an upload whose pieces come from a database instead of a request. The bytes go into a file without a name.
public struct UploadCopy: Sendable {
  private let file: SpoolFile
  private let hash: FileHash

  /// Opens the file and reserves its space.
  ///
  /// - Parameters:
  ///   - directory: The folder whose file system stores the bytes.
  ///   - byteCount: The upload's length.
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  public init(in directory: String, byteCount: Int) throws(HTTPError) {
    do throws(SpoolError) {
      file = try SpoolFile(directory: directory, reserving: byteCount)
    } catch {
      throw error.httpError
    }
    hash = FileHash(file)
  }

  /// Appends a piece. Call this again only after it has returned.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/internalFailure``.
  public func append(_ piece: [UInt8]) async throws(HTTPError) {
    let outcome = await DiskThread.run { [file] in
      piece.withUnsafeBytes { bytes in
        Result { () throws(SpoolError) in try file.append(bytes) }
      }
    }
    do throws(SpoolError) { try outcome.get() } catch { throw error.httpError }
    hash.catchUpElsewhere(to: file.byteCount)
  }

  /// Returns the complete upload.
  ///
  /// - Returns: nil if the length or the SHA-256 is wrong.
  /// - Throws: ``HTTPError/internalFailure``.
  public func finish(
    byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int]
  ) async throws(HTTPError) -> UploadedFile? {
    guard file.byteCount == byteCount else { return nil }
    do throws(SpoolError) {
      guard try await hash.digestElsewhere(ofAll: byteCount) == sha256 else { return nil }
    } catch {
      throw error.httpError
    }
    return UploadedFile(
      file: file, byteCount: byteCount, sha256: sha256, contentType: contentType
    ).divided(into: parts)
  }
}

extension UploadedFile {
  /// Reads the bytes in a range.
  ///
  /// - Parameter range: A range within the file.
  /// - Throws: ``HTTPError/internalFailure``.
  public func bytes(in range: Range<Int>) async throws(HTTPError) -> [UInt8] {
    let outcome = await DiskThread.run { [file] in
      Result { () throws(FileError) in
        try file.file.bytes(at: range.lowerBound, count: range.count)
      }
    }
    guard let bytes = try? outcome.get(), bytes.count == range.count else { throw .internalFailure }
    return bytes
  }
}
