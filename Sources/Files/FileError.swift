internal import Glibc

/// Why a call on a file failed.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The `errno` of the call.
  public let errno: Int32

  /// An error of this number.
  public init(errno: Int32) { self.errno = errno }

  /// The error of the last call of this thread.
  public static var last: FileError { FileError(errno: Glibc.errno) }

  /// The path leads to a folder, a pipe or a device: `EINVAL`.
  public static let notRegular = FileError(errno: EINVAL)

  /// The system's words for it, as the end of a sentence.
  public var description: String { Self.words(for: errno) }

  /// The system's words for an `errno`, as the end of a sentence.
  public static func words(for errno: Int32) -> String { String(cString: strerror(errno)) }

  /// Whether the user has no space, or no quota, left.
  public var isFull: Bool { errno == ENOSPC || errno == EDQUOT }
}

/// An error of a target that may be due to a file.
public protocol FromFileError: Error {
  /// Converts the error of a failed call on a file.
  init(_ error: FileError)
}

extension FromFileError {
  /// The result of a call on a file, with this error if it fails.
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

/// The result of a system call, repeated while a signal interrupts it.
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
