internal import Glibc

/// Properties of the terminal in which the program runs.
package enum Terminal {
  /// True if standard output and standard error are both connected to a terminal.
  package static var isWatched: Bool { isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// True if standard error is connected to a terminal.
  package static var showsMessages: Bool { isatty(STDERR_FILENO) == 1 }

  /// Number of columns that is assumed if the actual number is unknown.
  package static let usualColumns = 80

  /// Returns the number of columns of a terminal; nil if `descriptor` is not connected to a terminal.
  ///
  /// For a terminal of unknown size, such as a serial line, it returns ``usualColumns``.
  package static func columns(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : usualColumns
  }
}
