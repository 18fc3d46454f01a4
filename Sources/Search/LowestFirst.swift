/// Collects the highest of many numbers and gives fast access to the lowest number in the collection.
///
/// It is a binary heap with a fixed capacity.
struct LowestFirst {
  private let capacity: Int
  private var heap: [Float] = []

  /// - Parameter capacity: How many of the highest numbers to collect, at least 1.
  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    heap.reserveCapacity(self.capacity)
  }

  /// The lowest number in the collection; −∞ if fewer than `capacity` numbers were offered.
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
