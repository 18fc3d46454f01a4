public import Files

extension VolumeError: FromFileError {
  /// Converts the error of a file that could not be read or written.
  public init(_ error: FileError) { self = .inputOutput(errno: error.errno) }
}

extension FileRegion {
  /// True if all bytes from `position` to the end are zero.
  ///
  /// - Throws: ``VolumeError/inputOutput(errno:)``.
  func isZero(from position: Int) throws(VolumeError) -> Bool {
    var place = position
    while place < byteCount {
      let piece = try VolumeError.from(try bytes(at: place, count: Self.pieceBytes))
      guard piece.allSatisfy({ $0 == 0 }) else { return false }
      place += piece.count
    }
    return true
  }

  private static let pieceBytes = 64 << 10
}
