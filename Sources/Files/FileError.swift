internal import Glibc

/// The error of a failed call on a file.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The `errno` of the call.
  public let errno: Int32

  /// Makes an error with this number.
  public init(errno: Int32) { self.errno = errno }

  /// The error of the last call of this thread.
  public static var last: FileError { FileError(errno: Glibc.errno) }

  /// The error for a path that leads to a folder, a pipe or a device: `EINVAL`.
  public static let notRegular = FileError(errno: EINVAL)

  /// The system's description of the error, in words that can end a sentence.
  public var description: String { Self.words(for: errno) }

  /// Returns the system's description of an `errno`, in words that can end a sentence.
  public static func words(for errno: Int32) -> String { String(cString: strerror(errno)) }

  /// True if the disk has no space left, or the user's quota is used up.
  public var isFull: Bool { errno == ENOSPC || errno == EDQUOT }
}

/// An error type that can represent the error of a file.
public protocol FromFileError: Error {
  /// Converts the error of a failed call on a file.
  init(_ error: FileError)
}

extension FromFileError {
  /// Returns the result of a call on a file. If the call fails, throws this type's error.
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

/// Makes a system call and repeats it while signals interrupt it. Returns its result.
///
/// - Parameter call: Returns a negative number and sets `errno` if it fails.
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
