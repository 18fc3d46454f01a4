internal import Glibc

/// Facts about the terminal, if there is one.
package enum Terminal {
  /// Whether results and remarks both go to a terminal, not into a file or a pipe.
  package static var isWatched: Bool { isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Number of columns if it is unknown.
  package static let usualColumns = 80

  /// Number of columns of the terminal behind `descriptor`; nil without a terminal.
  ///
  /// Terminals without a known size, such as serial lines, get the usual width.
  package static func columns(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : usualColumns
  }
}
