internal import CheckedNumbers
internal import Glibc

/// Shows how many items are done. The progress bar is on standard error, and only if this is a terminal. At the end,
/// ``summary`` contains the speed.
package struct CountingProgress {
  private let noun: String
  private let total: Int
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  package private(set) var done = 0

  /// Time between two updates of the bar. The bar should move smoothly.
  private static let interval = Duration.milliseconds(100)

  /// Starts to measure the time.
  ///
  /// - Parameters:
  ///   - noun: The name of the items, in the plural.
  ///   - total: Total number of items.
  package init(_ noun: String, total: Int) {
    self.noun = noun
    self.total = total
  }

  /// Sets the number of items that are done. Updates the bar if enough time has passed since the last update.
  package mutating func advance(to count: Int) {
    done = count
    let now = ContinuousClock.now
    guard isTerminal, total > 0, last.map({ now - $0 >= Self.interval }) ?? true else { return }
    last = now
    let filled = 25 * min(done, total) / total
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 25 - filled)
    var line = "\r\u{1B}[K\(noun) [\(bar)] \(done) of \(total)"
    if done > 0 {
      let left = Double(total - done) * elapsed / Double(done)
      line += ", \(speed), \(Self.words(seconds: left)) left"
    }
    Console.write(Array(line.utf8), to: STDERR_FILENO)
  }

  /// Removes the bar, so that other text can be printed.
  package mutating func clear() {
    guard isTerminal, last != nil else { return }
    last = nil
    Console.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
  }

  /// The number of items, the time and the speed, for example “400 volumes in 63 s, 6.3 volumes/s”.
  package var summary: String { "\(done) \(noun) in \(Self.words(seconds: elapsed)), \(speed)" }

  /// Seconds since the start. The value is always greater than zero.
  private var elapsed: Double {
    let time = (ContinuousClock.now - start).components
    return max(Double(time.seconds) + Double(time.attoseconds) * 1e-18, 1e-6)
  }

  private var speed: String { "\(Self.figure(Double(done) / elapsed)) \(noun)/s" }

  /// Formats a number with as many digits as are useful to a reader.
  private static func figure(_ value: Double) -> String {
    let decimals = value < 0.1 ? 1000.0 : value < 1 ? 100.0 : value < 100 ? 10.0 : 1.0
    let rounded = (value * decimals).rounded() / decimals
    return decimals == 1 ? "\(Int(nearest: rounded, clampedTo: 0...(1 << 53)))" : "\(rounded)"
  }

  private static func words(seconds: Double) -> String {
    guard seconds >= 10 else { return "\(figure(seconds)) s" }
    guard seconds >= 120 else { return "\(Int(nearest: seconds, clampedTo: 0...120)) s" }
    let minutes = Int(nearest: seconds / 60, clampedTo: 0...1_000_000_000)
    return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }
}
