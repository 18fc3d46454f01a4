internal import Glibc

/// The threads that perform the arithmetic.
///
/// Callers divide their work into numbered tasks. A sum is never divided between tasks. The bits of a result
/// therefore depend neither on the number of threads nor on the division into tasks.
public final class WorkerPool: Sendable {
  /// Number of threads.
  public let threads: Int

  private let board: Board

  /// Starts `threads` threads, but at least one. If the system allows fewer threads, the pool has fewer. Traps if the
  /// system allows none.
  public init(threads: Int) {
    Processor.initialize
    let board = Board()
    let wanted = 0..<max(threads, 1)
    let refused = wanted.first { !Self.startThread(worker: $0, board: board) }
    precondition(refused != 0, "WorkerPool could not start a single thread")
    self.threads = refused ?? wanted.count
    self.board = board
  }

  deinit { board.stop() }

  /// Calls `body` for each task in `0..<tasks`. Returns when all calls have returned.
  ///
  /// - Parameter body: Called with the number of the task and the number of the worker that runs it (in
  ///   `0..<threads`). A worker runs one task at a time, so it can have its own scratch memory. `body` must not call
  ///   `run`.
  public func run(tasks: Int, _ body: @escaping @Sendable (_ task: Int, _ worker: Int) -> Void) {
    guard tasks > 0 else { return }
    board.run(Job(tasks: tasks, body: body))
  }

  /// The name of the threads in `top -H` and `/proc`.
  static let threadName = "brgsa-worker"

  /// Starts one thread. Returns false if the system cannot start it.
  private static func startThread(worker: Int, board: Board) -> Bool {
    guard let thread = SystemThread(name: threadName, { board.work(as: worker) }) else {
      return false
    }
    thread.detach()
    return true
  }
}

/// One call of ``WorkerPool/run(tasks:_:)``.
private struct Job {
  let tasks: Int
  let body: @Sendable (Int, Int) -> Void
  var next = 0
  var finished = 0
}

/// The state that callers and workers share. Workers get their tasks from it.
///
/// `@unchecked Sendable`: the variables are used only while `mutex` is locked.
private final class Board: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var job: Job?
  private var stopped = false
  /// Tickets run the jobs of several callers in their order of arrival. Otherwise, a caller with many jobs could
  /// block all other callers.
  private var issuedTickets = 0
  private var servedTickets = 0

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Waits until all earlier jobs have ended, starts the job `new`, and waits until its last task has ended.
  func run(_ new: Job) {
    pthread_mutex_lock(mutex)
    let ticket = issuedTickets
    issuedTickets += 1
    while servedTickets != ticket { pthread_cond_wait(changed, mutex) }
    job = new
    pthread_cond_broadcast(changed)
    while let current = job, current.finished < current.tasks {
      pthread_cond_wait(changed, mutex)
    }
    job = nil
    servedTickets += 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  func work(as worker: Int) {
    pthread_mutex_lock(mutex)
    while !stopped {
      guard let current = job, current.next < current.tasks else {
        pthread_cond_wait(changed, mutex)
        continue
      }
      let task = current.next
      job?.next += 1
      pthread_mutex_unlock(mutex)
      current.body(task, worker)
      pthread_mutex_lock(mutex)
      job?.finished += 1
      if let now = job, now.finished == now.tasks { pthread_cond_broadcast(changed) }
    }
    pthread_mutex_unlock(mutex)
  }

  func stop() {
    pthread_mutex_lock(mutex)
    stopped = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }
}
