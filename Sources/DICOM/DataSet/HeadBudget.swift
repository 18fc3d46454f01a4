/// Limits the number of elements that are read in the headers of one upload's files.
///
/// Elements inside sequences of undefined length count, too: each is read to find the end.
final class HeadBudget {
  private let limits: SeriesLimits
  private var inHead = 0
  private var inAll = 0

  init(_ limits: SeriesLimits = SeriesLimits()) { self.limits = limits }

  /// Starts a new header, or reads the same one again.
  func beginHead() { inHead = 0 }

  /// Counts an element.
  ///
  /// - Returns: Whether it may be read.
  func take() -> Bool {
    inHead += 1
    inAll += 1
    return inHead <= limits.headElements && inAll <= limits.allHeadElements
  }

  /// - Throws: ``SeriesError/tooManyElements(limit:)`` once an element was refused.
  func requireModest() throws(SeriesError) {
    guard inHead <= limits.headElements else { throw .tooManyElements(limit: limits.headElements) }
    guard inAll <= limits.allHeadElements else {
      throw .tooManyElements(limit: limits.allHeadElements)
    }
  }
}
