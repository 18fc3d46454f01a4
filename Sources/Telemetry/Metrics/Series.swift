internal import Synchronization

/// The values of one metric for one set of labels.
final class Series: Sendable {
  private let value: Mutex<Value>

  init(_ kind: MetricDescription.Kind) {
    value =
      switch kind {
      case .counter, .gauge: Mutex(.number(0))
      case .histogram(let bounds): Mutex(.histogram(Histogram(bounds: bounds)))
      }
  }

  func change(_ body: (inout Value) -> Void) { value.withLock { body(&$0) } }

  func lines(_ name: String, _ labels: Labels) -> [String] {
    switch value.withLock({ $0 }) {
    case .number(let number): ["\(name)\(labels.text()) \(Self.words(number))"]
    case .histogram(let histogram): histogram.lines(name, labels)
    }
  }

  /// Formats a number with as few digits as are needed to restore it exactly. Whole numbers have no decimal point.
  static func words(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? "NaN" : number > 0 ? "+Inf" : "-Inf" }
    if let whole = Int64(exactly: number) { return String(whole) }
    return String(number)
  }
}

enum Value {
  case number(Double)
  case histogram(Histogram)

  var emptied: Value {
    switch self {
    case .number: .number(0)
    case .histogram(let histogram): .histogram(Histogram(bounds: histogram.bounds))
    }
  }

  mutating func add(_ amount: Double) {
    guard case .number(let number) = self else { return }
    self = .number(number + amount)
  }

  mutating func record(_ new: Double) {
    switch self {
    case .number: self = .number(new)
    case .histogram(var histogram):
      // Replacing the value releases the stored histogram, so that its array is not copied.
      self = .number(0)
      histogram.record(new)
      self = .histogram(histogram)
    }
  }
}

struct Histogram {
  let bounds: [Double]
  /// Number of values in each bucket (not cumulative). The last bucket contains values above all bounds.
  private var counts: [Int]
  private var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = [Int](repeating: 0, count: bounds.count + 1)
  }

  mutating func record(_ value: Double) {
    guard value.isFinite else { return }
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }

  func lines(_ name: String, _ labels: Labels) -> [String] {
    var lines: [String] = []
    var total = 0
    for (bound, count) in zip(bounds + [.infinity], counts) {
      total += count
      lines.append("\(name)_bucket\(labels.text(le: Series.words(bound))) \(total)")
    }
    lines.append("\(name)_sum\(labels.text()) \(Series.words(sum))")
    lines.append("\(name)_count\(labels.text()) \(total)")
    return lines
  }
}
