import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite("Worker pool") struct WorkerPoolTests {
  @Test("runs every task exactly once, by a worker of its own number range", arguments: 1...8)
  func everyTaskOnce(_ threads: Int) {
    let pool = WorkerPool(threads: threads)
    #expect(pool.threads == threads)
    for tasks in [0, 1, threads - 1, threads, threads + 1, 7 * threads + 3, 500] {
      let (done, workers) = (ThreadTally(), ThreadTally())
      pool.run(tasks: tasks) { task, worker in
        done.add(task)
        workers.add(worker)
      }
      #expect(done.values.sorted() == Array(0..<tasks), "\(tasks) tasks, \(threads) threads")
      #expect(workers.values.allSatisfy { $0 >= 0 && $0 < threads })
    }
  }

  @Test("has at least one thread", arguments: [0, -1, .min])
  func atLeastOne(_ threads: Int) {
    let pool = WorkerPool(threads: threads)
    let done = ThreadTally()
    pool.run(tasks: 2) { task, _ in done.add(task) }
    #expect(pool.threads == 1)
    #expect(done.values == [0, 1])
  }

  @Test("Rows come in blocks that do not depend on the number of threads", arguments: 1...4)
  func rowBlocks(_ threads: Int) {
    let pool = WorkerPool(threads: threads)
    let size = WorkerPool.rowBlock
    for rows in [0, 1, size - 1, size, size + 1, 3 * size + 5] {
      let bounds = ThreadTally()
      pool.run(rows: rows) { block, _ in bounds.add(block.lowerBound << 32 | block.upperBound) }
      let wanted = stride(from: 0, to: rows, by: size).map {
        $0 << 32 | min($0 + size, rows)
      }
      #expect(bounds.values.sorted() == wanted, "\(rows) rows")
    }
  }

  @Test("A worker runs one task at a time") func oneAtATime() {
    let pool = WorkerPool(threads: 4)
    let busy = (0..<4).map { _ in ThreadTally() }
    pool.run(tasks: 400) { _, worker in
      busy[worker].add(1)
      sched_yield()
      busy[worker].add(-1)
    }
    for tally in busy {
      // In a worker's own order, +1 and −1 take turns.
      #expect(tally.values.enumerated().allSatisfy { $1 == ($0.isMultiple(of: 2) ? 1 : -1) })
    }
  }

  @Test("Callers on several threads wait for each other and all get their work done")
  func concurrentCallers() {
    let pool = WorkerPool(threads: 3)
    let wrong = ThreadTally()
    TensorsThreads.run(6) { caller in
      for round in 0..<200 {
        let done = ThreadTally()
        pool.run(tasks: (caller + round) % 7) { task, _ in done.add(task) }
        if done.values.sorted() != Array(0..<((caller + round) % 7)) { wrong.add(caller) }
      }
    }
    #expect(wrong.values.isEmpty)
  }

  @Test("The same work has the same bits on 1 to 4 threads") func sameBits() {
    let seed = FixtureSeed(30)
    var random = seed.generator
    let x = TensorsMatrix(rows: 700, columns: 48, using: &random)
    let weight = TensorsMatrix(rows: 33, columns: 48, using: &random)
    let results = (1...4).map { threads in product(x, weight, on: WorkerPool(threads: threads)) }
    #expect(results.allSatisfy { $0.bits == results[0].bits }, "\(seed)")
    #expect(
      results[0].distance(to: TensorsNaive.product(x, transposed: weight))
        <= ProductTests.tolerance(terms: 48))
  }

  @Test("Threads end when nobody owns the pool") func threadsEnd() {
    for _ in 0..<Self.pools {
      let done = ThreadTally()
      WorkerPool(threads: 4).run(tasks: 4) { task, _ in done.add(task) }
      #expect(done.values.count == 4)
    }
    // The last pools may need a moment; those that leak would never go.
    let end = ContinuousClock.now + .seconds(10)
    while Self.threadCount() > 2 * Self.pools, ContinuousClock.now < end { sched_yield() }
    #expect(Self.threadCount() <= 2 * Self.pools)
  }

  @Test("Denormal numbers count as zero on its threads") func denormals() {
    let pool = WorkerPool(threads: 2)
    let nonzero = ThreadTally()
    let tiny = Tensor(shape: [1], elements: [Float.leastNonzeroMagnitude])
    pool.run(tasks: 8) { _, _ in
      if tiny.withElements({ $0[0] * 1 + $0[0] }) != 0 { nonzero.add(1) }
    }
    #expect(nonzero.values.isEmpty)
  }

  /// Four times as many threads as this would be far above what the other tests use meanwhile.
  private static let pools = 60

  /// Arithmetic threads of this process; other tests start threads of other names.
  private static func threadCount() -> Int {
    guard let folder = opendir("/proc/self/task") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let file = fopen("/proc/self/task/\(name)/comm", "r") else { continue }
      defer { fclose(file) }
      var line = [UInt8](repeating: 0, count: 32)
      let length = fread(&line, 1, line.count, file)
      if line.prefix(length).elementsEqual("\(WorkerPool.threadName)\n".utf8) { count += 1 }
    }
    return count
  }

  private func product(
    _ x: TensorsMatrix, _ weight: TensorsMatrix, on pool: WorkerPool
  ) -> TensorsMatrix {
    var result = TensorsMatrix(rows: x.rows, columns: weight.rows)
    result.lend { result in
      x.lent { x in
        weight.lent { weight in
          pool.run(rows: x.rows) { block, _ in
            Kernels.best.multiply(
              x.rows(block), transposed: weight, into: result.rows(block))
          }
        }
      }
    }
    return result
  }
}
