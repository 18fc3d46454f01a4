import Glibc

/// What is known of the terminal, if there is one.
enum Terminal {
  /// Whether somebody reads both results and remarks: neither goes into a file or a pipe.
  static var isWatched: Bool { isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Columns of the terminal behind `descriptor`; nil if it is none.
  ///
  /// Terminals that do not know their size, such as serial lines, are taken as wide as usual.
  static func columns(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : VolumePicture.usualColumns
  }
}
