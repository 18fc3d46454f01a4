/// Limits the number of elements that are read in the headers of all files of an upload.
///
/// Elements inside sequences of undefined length also count, because they are read to find the end of the sequence.
final class HeadBudget {
  private let limits: SeriesLimits
  private var inHead = 0
  private var inAll = 0

  init(_ limits: SeriesLimits = SeriesLimits()) { self.limits = limits }

  /// Starts the count of a new header. A header that is read again counts again.
  func beginHead() { inHead = 0 }

  /// Counts one element.
  ///
  /// - Returns: True if the element may be read.
  func take() -> Bool {
    inHead += 1
    inAll += 1
    return inHead <= limits.headElements && inAll <= limits.allHeadElements
  }

  /// Checks that the limits were not exceeded.
  ///
  /// - Throws: ``SeriesError/tooManyElements(limit:)`` if ``take()`` has returned false.
  func requireModest() throws(SeriesError) {
    guard inHead <= limits.headElements else { throw .tooManyElements(limit: limits.headElements) }
    guard inAll <= limits.allHeadElements else {
      throw .tooManyElements(limit: limits.allHeadElements)
    }
  }
}
