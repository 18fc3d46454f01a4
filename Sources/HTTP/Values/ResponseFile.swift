internal import Files

/// A response body that the server reads from an open file while it sends it. Its size is not limited by memory.
public final class ResponseFile: Sendable, Equatable {
  /// Length of the body in bytes.
  public let byteCount: Int
  private let region: FileRegion
  /// Keeps the file open.
  private let owner: any Sendable

  /// Makes a body from a part of an open file. Nobody may change the file from now on.
  ///
  /// - Parameter owner: Closes the file when it is released.
  public init(
    fileDescriptor: Int32, offset: Int = 0, byteCount: Int, owner: any Sendable
  ) {
    region = FileRegion(descriptor: fileDescriptor, byteCount: byteCount, offset: offset)
    self.byteCount = byteCount
    self.owner = owner
  }

  /// Returns true if both references are to the same object.
  public static func == (one: ResponseFile, other: ResponseFile) -> Bool { one === other }

  /// Reads the bytes that start at a position of the body.
  ///
  /// - Returns: The number of bytes, which is 0 only at the end; nil if the file cannot be read.
  func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int) -> Int? {
    try? region.read(into: buffer, at: position)
  }
}

/// Collects a response body in the spool before it is sent.
public struct ResponseCopy: Sendable {
  private let file: SpoolFile

  /// Opens the file.
  ///
  /// - Parameter byteCount: The expected length of the body.
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/memoryPressure`` or ``HTTPError/internalFailure``.
  public init(in space: SpoolSpace, byteCount: Int) throws(HTTPError) {
    do throws(SpoolError) {
      file = try SpoolFile(in: space, expecting: byteCount)
    } catch {
      throw error.httpError
    }
  }

  /// Appends bytes. Call this again only after it has returned.
  ///
  /// - Throws: ``HTTPError/storageFull``, ``HTTPError/memoryPressure`` or ``HTTPError/internalFailure``.
  public func append(_ bytes: [UInt8]) async throws(HTTPError) {
    let outcome = await DiskThread.run { [file] in
      bytes.withUnsafeBytes { bytes in Result { () throws(SpoolError) in try file.append(bytes) } }
    }
    do throws(SpoolError) { try outcome.get() } catch { throw error.httpError }
  }

  /// Returns the complete body.
  ///
  /// - Throws: ``HTTPError/internalFailure``.
  public func finish() throws(HTTPError) -> ResponseFile {
    do throws(SpoolError) { try file.seal() } catch { throw error.httpError }
    return ResponseFile(
      fileDescriptor: file.fileDescriptor, byteCount: file.byteCount, owner: file)
  }
}

/// Space of the spool that a file uses that is not an upload. It is released with this object.
public final class SpoolHold: Sendable {
  private let space: SpoolSpace
  private let byteCount: Int

  /// Reserves space.
  ///
  /// - Throws: ``HTTPError/storageFull`` or ``HTTPError/internalFailure``.
  public init(_ byteCount: Int, in space: SpoolSpace) throws(HTTPError) {
    do throws(SpoolError) {
      self.byteCount = try space.take(byteCount, atLeast: byteCount)
    } catch {
      throw error.httpError
    }
    self.space = space
  }

  deinit { space.giveBack(byteCount) }
}
