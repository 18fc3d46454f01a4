internal import Glibc

/// Facts about the terminal in which the program runs.
package enum Terminal {
  /// True if standard output and standard error both go to a terminal, not to a file or a pipe.
  package static var isWatched: Bool { isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// True if standard error goes to a terminal.
  package static var showsMessages: Bool { isatty(STDERR_FILENO) == 1 }

  /// The number of columns that is assumed if the real number is unknown.
  package static let usualColumns = 80

  /// Returns the number of columns of the terminal that `descriptor` refers to; nil if it does not refer to a terminal.
  ///
  /// For terminals of unknown size, such as serial lines, returns ``usualColumns``.
  package static func columns(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : usualColumns
  }
}
