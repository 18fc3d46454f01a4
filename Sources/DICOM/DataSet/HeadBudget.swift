/// Limits how many elements are read in the headers of all files of one upload.
///
/// Elements inside sequences of undefined length count, too, because each is read to find the end.
final class HeadBudget {
  private let limits: SeriesLimits
  private var inHead = 0
  private var inAll = 0

  init(_ limits: SeriesLimits = SeriesLimits()) { self.limits = limits }

  /// Starts to count for a new header, or for a repeated read of the same one.
  func beginHead() { inHead = 0 }

  /// Counts an element.
  ///
  /// - Returns: True if the element may be read.
  func take() -> Bool {
    inHead += 1
    inAll += 1
    return inHead <= limits.headElements && inAll <= limits.allHeadElements
  }

  /// - Throws: ``SeriesError/tooManyElements(limit:)`` if ``take()`` has returned false.
  func requireModest() throws(SeriesError) {
    guard inHead <= limits.headElements else { throw .tooManyElements(limit: limits.headElements) }
    guard inAll <= limits.allHeadElements else {
      throw .tooManyElements(limit: limits.allHeadElements)
    }
  }
}
