import Storage
import Synchronization
import Testing

@testable import Inference
@testable import Jobs

/// The queue as a copy of the store's, and the leases of one process.
@Suite(.timeLimit(.minutes(30))) struct LeaseTests {
  private static func open(_ job: Job, _ progress: Double? = nil) -> JobQueue.Open {
    JobQueue.Open(job: job, progress: progress)
  }

  @Test func theQueueFollowsTheStore() async {
    let queue = JobQueue()
    let jobs = (0..<4).map { _ in JobTests.job(0) }
    queue.open(with: [jobs[0], jobs[1]])
    let ends = queue.changes(of: jobs[0].id)
    let changes = queue.changes(of: jobs[1].id)
    let unknown = queue.changes(of: "job_x")
    let gone = queue.take(
      [Self.open(jobs[2], 0.5), Self.open(jobs[3]), Self.open(jobs[1])], since: queue.mark)
    #expect(gone == [jobs[0].id])
    #expect(queue.count == 3 && queue.place(of: jobs[0].id) == nil)
    #expect(queue.place(of: jobs[2].id) == .running(progress: 0.5))
    #expect(queue.place(of: jobs[3].id) == .waiting(behind: 1))
    #expect(queue.place(of: jobs[1].id) == .waiting(behind: 2))
    for await _ in ends {}
    for await _ in unknown {}
    for await _ in changes { break }
    // A full queue counts the jobs of other processes.
    #expect(queue.takePlace(of: 2) == nil && queue.takePlace(of: 3) != nil)
  }

  @Test func aReadingOlderThanAChangeIsIgnored() {
    let queue = JobQueue()
    queue.open(with: [])
    let mark = queue.mark
    let job = JobTests.job(0)
    queue.add(job, in: .accepted)
    #expect(queue.take([], since: mark).isEmpty)
    #expect(queue.place(of: job.id) == .waiting(behind: 0))
    // The job was read from the store before it was added here.
    let other = JobTests.job(0)
    _ = queue.take([Self.open(job), Self.open(other)], since: queue.mark)
    queue.add(other, in: .accepted)
    #expect(queue.count == 2)
  }

  @Test func aStreamThatStartedAfterTheReadingDoesNotEnd() async {
    let queue = JobQueue()
    queue.open(with: [])
    let mark = queue.mark
    let job = JobTests.job(0)
    let changes = queue.changes(of: job.id)
    #expect(queue.take([], since: mark).isEmpty)
    _ = queue.take([Self.open(job)], since: queue.mark)
    // The stream has a value, and then its end.
    #expect(queue.take([], since: queue.mark) == [job.id])
    var count = 0
    for await _ in changes { count += 1 }
    #expect(count >= 1)
  }

  @Test func aJobIsCancelledWhileItIsClaimed() async {
    let queue = JobQueue()
    let job = JobTests.job(0)
    queue.open(with: [job])
    let changes = queue.changes(of: job.id)
    let work = Task {
      await queue.work { first in
        if let first { queue.cancelRunning(first.id) }
        return first
      } _: { job, _ in
        job.ended(queue.isCancelled(job.id) ? .cancelled : .succeeded(diagnosisID: "dx"))
      }
    }
    for await _ in changes {}
    #expect(queue.census.first { $0.status == "cancelled" }?.count == 1)
    work.cancel()
  }

  @Test func aJobThatWasLostHasNoEndHere() async {
    let queue = JobQueue()
    let (lost, next) = (JobTests.job(0), JobTests.job(0))
    queue.open(with: [lost, next])
    let changes = queue.changes(of: next.id)
    let work = Task {
      await queue.work { job, _ in
        guard job.id == lost.id else { return job.ended(.succeeded(diagnosisID: "dx")) }
        queue.abandon(job.id)
        // Abandoning ends the task, sooner or later, and no sleep lasts longer.
        while !Task.isCancelled {
          await Task.yield()
          queue.abandon(job.id)
        }
        return job
      }
    }
    for await _ in changes {}
    #expect(queue.census.first { $0.status == "succeeded" }?.count == 1)
    #expect(queue.census.first { $0.status == "failed" }?.count == 0)
    work.cancel()
  }

  @Test func aLeaseIsRenewedUntilItIsLost() async throws {
    let store = try Store(path: ":memory:")
    let job = JobTests.job(0)
    _ = try await store.addJob(job.record)
    let times = LeaseTimes(lease: 0, heartbeat: .milliseconds(1), poll: .seconds(1))
    let (here, there) = (LeasedJobs(times), LeasedJobs())
    let claimed = try #require(try await here.claim(in: store, except: []))
    #expect(here.claimed(job.id) == claimed && here.claimed("job_x") == nil)
    let beats = Atomic(0)
    let found = Mutex<[LeaseRenewal]>([])
    async let renewal: Void = here.renew(claimed.lease) {
      store
    } progress: {
      beats.add(1, ordering: .relaxed)
      return 0.25
    } found: { renewal in
      found.withLock { $0.append(renewal) }
    }
    while beats.load(ordering: .relaxed) < 3 { await Task.yield() }
    // The process freezes past its lease, and another one claims the job.
    let next = try #require(try await there.claim(in: store, except: []))
    await renewal
    #expect(found.withLock { $0 } == [.lost])
    let late = job.ended(.succeeded(diagnosisID: "late"))
    #expect(try await store.finishJob(late.record, claimed.lease) == .leaseLost)
    let ended = job.ended(.succeeded(diagnosisID: "dx"))
    #expect(try await store.finishJob(ended.record, next.lease) == .stored)
  }

  @Test func aProcessThatStopsClaimsNothingMore() async throws {
    let store = try Store(path: ":memory:")
    for _ in 0..<2 { _ = try await store.addJob(JobTests.job(0).record) }
    let (here, there) = (LeasedJobs(), LeasedJobs())
    let claimed = try #require(try await here.claim(in: store, except: []))
    await here.release(in: store)
    #expect(try await here.claim(in: store, except: []) == nil)
    let next = try #require(try await there.claim(in: store, except: []))
    #expect(next.record == claimed.record && next.lease.attempt == 1)
  }
}
