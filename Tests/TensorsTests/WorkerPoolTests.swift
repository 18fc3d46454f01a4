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

  @Test("Panels come in runs of at most four, each once", arguments: 1...4)
  func panelRuns(_ threads: Int) {
    let pool = WorkerPool(threads: threads)
    for panels in [0, 1, 2, 3, 4, 5, 8, 9, 86] {
      let (seen, sizes) = (ThreadTally(), ThreadTally())
      pool.run(panels: panels) { run, _ in
        for panel in run { seen.add(panel) }
        sizes.add(run.count)
      }
      #expect(seen.values.sorted() == Array(0..<panels), "\(panels) panels")
      #expect(sizes.values.allSatisfy { (1...WorkerPool.panelsPerTask).contains($0) })
      // Every thread has something to do.
      #expect(sizes.values.count >= min(panels, threads))
    }
  }

  @Test(
    "A volume of the published size gives up to 32 threads two tasks each", arguments: [4, 16, 32])
  func tasksOfAVolume(_ threads: Int) {
    let tokens = 1 + 16 * 16 * 16
    let panels = (tokens + TokenPanels.width - 1) / TokenPanels.width
    let runs = WorkerPool.runs(of: panels, threads: threads)
    #expect(runs.flatMap { Array($0) } == Array(0..<panels))
    #expect(runs.count >= 2 * threads)
  }

  @Test("A caller that comes again and again does not hold up another") func fair() {
    let pool = WorkerPool(threads: 2)
    // What is counted is counted by the tasks themselves: a thread that waits for a processor changes nothing.
    let (started, served, waits) = (ThreadTally(), ThreadTally(), ThreadTally())
    let done: Void? = CompanionThread.run {
      while served.values.count < 101 {
        pool.run(tasks: 2) { task, _ in
          if task == 0 { started.add(1) }
          let end = ContinuousClock.now + .microseconds(200)
          while ContinuousClock.now < end {}
        }
      }
    } beside: {
      for _ in 0...100 {
        let before = started.values.count
        pool.run(tasks: 1) { _, _ in waits.add(started.values.count - before) }
        served.add(1)
        usleep(1000)
      }
    }
    #expect(done != nil)
    // One job of the other's was under way, and another may have been posted before this one's turn was asked for.
    #expect(waits.values.sorted()[50] <= 2, "\(waits.values)")
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

  @Test("Threads end when nobody owns the pool", .timeLimit(.minutes(30)))
  func threadsEnd() async {
    for _ in 0..<Self.pools {
      let done = ThreadTally()
      WorkerPool(threads: 4).run(tasks: 4) { task, _ in done.add(task) }
      #expect(done.values.count == 4)
    }
    // The last pools may need a moment; those that leak would never go.
    while Self.threadCount() > 2 * Self.pools, !Task.isCancelled { await Task.yield() }
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

  /// Three times as many threads as this, or more, would be far above what the other tests use meanwhile.
  private static let pools = 200

  /// Arithmetic threads of this process; other tests start threads of other names.
  private static func threadCount() -> Int {
    guard let folder = opendir("/proc/self/task") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      // In place: a copy would read 256 bytes, but an entry ends with its name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
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
}
