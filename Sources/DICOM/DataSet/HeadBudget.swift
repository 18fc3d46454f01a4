/// Counts the elements that are read of the heads of one upload's files.
///
/// Elements within sequences of undefined length count, too: each of them is read to find the end.
final class HeadBudget {
  private let limits: SeriesLimits
  private var inHead = 0
  private var inAll = 0

  init(_ limits: SeriesLimits = SeriesLimits()) { self.limits = limits }

  /// A new head begins, or the same one is read again.
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
