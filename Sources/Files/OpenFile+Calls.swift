internal import Glibc

extension OpenFile {
  /// Fills `buffer` with bytes of the file, but not beyond its end.
  ///
  /// - Parameter offset: The position in bytes at which to read. nil means the current position, which is necessary
  ///   for pipes and sockets.
  /// - Returns: The number of bytes read. It is smaller than the buffer only at the end of the file.
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

  /// Returns `count` bytes, or fewer at the end of the file. For `offset`, see ``read(into:at:)``.
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
  /// - Parameter offset: The position in bytes at which to write. nil means the current position, or the end of a
  ///   file that was opened with `O_APPEND`.
  /// - Throws: ``FileError``. A part of the bytes may have been written.
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

  /// Writes all of `bytes`. For `offset`, see ``write(_:at:)-(UnsafeRawBufferPointer,_)``.
  ///
  /// - Throws: ``FileError``. A part of the bytes may have been written.
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

  /// Copies the first `byteCount` bytes of this file to the current position of `target`. The kernel copies the
  /// bytes, so they do not pass through this process.
  ///
  /// - Throws: ``FileError``. The error is `EIO` if this file is shorter.
  public func copy(_ byteCount: Int, to target: OpenFile) throws(FileError) {
    var offset = off_t(0)
    while offset < byteCount {
      let count = try retrying {
        sendfile(target.descriptor, descriptor, &offset, byteCount - Int(offset))
      }
      guard count > 0 else { throw FileError(errno: EIO) }
    }
  }

  /// Waits until the content of the file, or the list of names in a folder, is on the disk.
  ///
  /// - Throws: ``FileError``.
  public func synchronize() throws(FileError) { try retrying { fsync(descriptor) } }

  /// Sets the length of the file to `byteCount` bytes.
  ///
  /// - Throws: ``FileError``.
  public func truncate(to byteCount: Int) throws(FileError) {
    try retrying { ftruncate(descriptor, off_t(byteCount)) }
  }

  /// Allocates disk blocks for the first `byteCount` bytes. A shorter file gets this length.
  ///
  /// - Throws: ``FileError``.
  public func allocate(_ byteCount: Int) throws(FileError) {
    try retrying {
      errno = posix_fallocate(descriptor, 0, off_t(byteCount))
      return errno == 0 ? 0 : -1
    }
  }

  /// Locks the file exclusively. Does not wait if it is already locked.
  ///
  /// - Throws: ``FileError``. The error is `EWOULDBLOCK` if another descriptor holds the lock.
  public func lock() throws(FileError) { try retrying { flock(descriptor, LOCK_EX | LOCK_NB) } }

  /// Locks the file like ``lock()``. The lock is released when the returned object is released.
  ///
  /// - Throws: The errors of ``lock()``.
  public func locked() throws(FileError) -> FileLock {
    try lock()
    return FileLock(self)
  }

  /// Locks the file. Returns nil if another descriptor holds the lock. Also returns nil if `path` is no longer the
  /// path of this file, because another process has removed the file.
  public func locked(at path: String) -> FileLock? {
    guard let lock = try? locked(), let mine = try? status(),
      let named = try? FileStatus(of: path, followsLink: false), mine.identity == named.identity
    else { return nil }
    return lock
  }

  /// Returns the names of all files in this folder, sorted, without `.` and `..`. Bytes that are not valid UTF-8 are
  /// replaced.
  ///
  /// - Throws: ``FileError``.
  public func names() throws(FileError) -> [String] {
    // `closedir` closes the descriptor of the listing, so the listing gets a duplicate.
    let copy = try retrying { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
    guard let listing = fdopendir(copy) else {
      let error = FileError.last
      close(copy)
      throw error
    }
    defer { closedir(listing) }
    // The duplicate and this descriptor share one position, so reading must restart at the beginning.
    rewinddir(listing)
    var names: [String] = []
    while let entry = readdir(listing) {
      // The name is read in place. A copy of the field would always read 256 bytes, but the entry may end after its
      // name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// The lock of an open file. It is released together with this object.
public final class FileLock: Sendable {
  /// The locked file.
  public let file: OpenFile

  fileprivate init(_ file: OpenFile) { self.file = file }

  // The lock is released explicitly, because closing the descriptor may not release it. A child process that is
  // starting holds a duplicate of the descriptor until it runs its program.
  deinit { flock(file.descriptor, LOCK_UN) }
}
