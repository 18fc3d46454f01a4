internal import Glibc

/// The error of a system call on a file.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The `errno` of the call.
  public let errno: Int32

  /// Makes an error from an `errno`.
  public init(errno: Int32) { self.errno = errno }

  /// The error of the last system call on this thread.
  public static var last: FileError { FileError(errno: Glibc.errno) }

  /// The error for a path that is not a regular file but, for example, a folder, pipe or device: `EINVAL`.
  public static let notRegular = FileError(errno: EINVAL)

  /// The system's description of the error, worded as the end of a sentence.
  public var description: String { Self.words(for: errno) }

  /// Returns the system's description of an `errno`, worded as the end of a sentence.
  public static func words(for errno: Int32) -> String { String(cString: strerror(errno)) }

  /// True if the disk is full or the user's quota is used up.
  public var isFull: Bool { errno == ENOSPC || errno == EDQUOT }
}

/// An error type that can be made from a ``FileError``.
public protocol FromFileError: Error {
  /// Makes an error of this type from the error of a system call on a file.
  init(_ error: FileError)
}

extension FromFileError {
  /// Returns the result of `call`. If `call` throws a ``FileError``, throws the corresponding error of this type.
  @discardableResult
  public static func from<Result>(
    _ call: @autoclosure () throws(FileError) -> Result
  ) throws(Self) -> Result {
    do throws(FileError) {
      return try call()
    } catch {
      throw Self(error)
    }
  }
}

/// Makes a system call, and repeats it as long as a signal interrupts it. Returns the result of the call.
///
/// - Parameter call: Makes the call. On failure, it must return a negative number and set `errno`.
/// - Throws: ``FileError``.
@discardableResult
public func retrying<Result: SignedInteger>(
  _ call: () -> Result
) throws(FileError) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    guard errno == EINTR else { throw .last }
  }
}
