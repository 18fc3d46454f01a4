internal import Glibc

extension OpenFile {
  /// Fills `buffer`, up to the file's end.
  ///
  /// - Parameter offset: Where to read, in bytes from the start; nil for the file's own position,
  ///   which pipes and sockets require.
  /// - Returns: The number of bytes read, which is less than the buffer's size only at the end.
  /// - Throws: ``FileError``.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int? = nil
  ) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = try retrying {
        guard let offset else { return Glibc.read(descriptor, rest.baseAddress, rest.count) }
        return pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Returns at most `count` bytes; fewer only at the end. See ``read(into:at:)``.
  ///
  /// - Throws: ``FileError``.
  public func bytes(at offset: Int? = nil, count: Int) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, filled in
      do throws(FileError) {
        filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all of `bytes`.
  ///
  /// - Parameter offset: Where to write, in bytes from the start; nil for the file's own position,
  ///   or for the end of a file that was opened with `O_APPEND`.
  /// - Throws: ``FileError``. Part of the bytes may have been written.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int? = nil) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = try retrying {
        guard let offset else { return Glibc.write(descriptor, rest.baseAddress, rest.count) }
        return pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      }
      guard count > 0 else { throw FileError(errno: EIO) }
      done += count
    }
  }

  /// Writes all of `bytes`. See ``write(_:at:)-(UnsafeRawBufferPointer,_)``.
  ///
  /// - Throws: ``FileError``. Part of the bytes may have been written.
  public func write(_ bytes: [UInt8], at offset: Int? = nil) throws(FileError) {
    let failure = bytes.withUnsafeBytes { buffer -> FileError? in
      do throws(FileError) {
        try write(buffer, at: offset)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  /// Writes the first `byteCount` bytes of this file to the position of another file, without
  /// copying the bytes through this process.
  ///
  /// - Throws: ``FileError``; `EIO` if this file is shorter.
  public func copy(_ byteCount: Int, to target: OpenFile) throws(FileError) {
    var offset = off_t(0)
    while offset < byteCount {
      let count = try retrying {
        sendfile(target.descriptor, descriptor, &offset, byteCount - Int(offset))
      }
      guard count > 0 else { throw FileError(errno: EIO) }
    }
  }

  /// Waits until the file's bytes, or the names in a folder, are on the disk.
  ///
  /// - Throws: ``FileError``.
  public func synchronize() throws(FileError) { try retrying { fsync(descriptor) } }

  /// Shortens the file to its first `byteCount` bytes.
  ///
  /// - Throws: ``FileError``.
  public func truncate(to byteCount: Int) throws(FileError) {
    try retrying { ftruncate(descriptor, off_t(byteCount)) }
  }

  /// Allocates blocks for the first `byteCount` bytes. The file then has at least this length.
  ///
  /// - Throws: ``FileError``.
  public func allocate(_ byteCount: Int) throws(FileError) {
    try retrying {
      errno = posix_fallocate(descriptor, 0, off_t(byteCount))
      return errno == 0 ? 0 : -1
    }
  }

  /// Locks the file for this descriptor, without waiting.
  ///
  /// - Throws: ``FileError``; `EWOULDBLOCK` if another descriptor holds the lock.
  public func lock() throws(FileError) { try retrying { flock(descriptor, LOCK_EX | LOCK_NB) } }

  /// Locks the file like ``lock()``. The lock is released when the result is freed.
  ///
  /// - Throws: The errors of ``lock()``.
  public func locked() throws(FileError) -> FileLock {
    try lock()
    return FileLock(self)
  }

  /// Locks the file. Returns nil if another descriptor holds the lock, or if `path` no longer leads
  /// to this file because another process removed it.
  public func locked(at path: String) -> FileLock? {
    guard let lock = try? locked(), let mine = try? status(),
      let named = try? FileStatus(of: path, followsLink: false), mine.identity == named.identity
    else { return nil }
    return lock
  }

  /// Returns the names in this folder, sorted, without `.` and `..`. Bytes that are not UTF-8 are replaced.
  ///
  /// - Throws: ``FileError``.
  public func names() throws(FileError) -> [String] {
    // Closing the listing also closes its descriptor, so the listing gets a copy.
    let copy = try retrying { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
    guard let listing = fdopendir(copy) else {
      let error = FileError.last
      close(copy)
      throw error
    }
    defer { closedir(listing) }
    // The copy and this descriptor share one position.
    rewinddir(listing)
    var names: [String] = []
    while let entry = readdir(listing) {
      // Read the name in place. A copy would always read 256 bytes, but an entry may end after its name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// The lock of an open file. It is released when this object is freed.
public final class FileLock: Sendable {
  /// The locked file.
  public let file: OpenFile

  fileprivate init(_ file: OpenFile) { self.file = file }

  // Closing the descriptor may not release the lock. A child process that is starting has a copy of
  // the descriptor until the child runs its program.
  deinit { flock(file.descriptor, LOCK_UN) }
}
