/// The highest of many numbers, with quick access to the lowest of them: a binary heap of fixed
/// size.
struct LowestFirst {
  private let capacity: Int
  private var heap: [Float] = []

  /// - Parameter capacity: Number of highest numbers to hold, at least 1.
  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    heap.reserveCapacity(self.capacity)
  }

  /// The lowest number held; −∞ while fewer than `capacity` were offered.
  var lowest: Float { heap.count < capacity ? -.infinity : heap[0] }

  mutating func offer(_ number: Float) {
    if heap.count < capacity {
      heap.append(number)
      siftUp(heap.count - 1)
    } else if number > heap[0] {
      heap[0] = number
      siftDown(0)
    }
  }

  private mutating func siftUp(_ start: Int) {
    var index = start
    while index > 0, heap[index] < heap[(index - 1) / 2] {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func siftDown(_ start: Int) {
    var index = start
    while true {
      let children = (2 * index + 1..<2 * index + 3).prefix { $0 < heap.count }
      guard let least = children.min(by: { heap[$0] < heap[$1] }), heap[least] < heap[index] else {
        return
      }
      heap.swapAt(index, least)
      index = least
    }
  }
}
