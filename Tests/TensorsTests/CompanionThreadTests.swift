import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite("Companion thread") struct CompanionThreadTests {
  private struct Refused: Error, Equatable {
    let number: Int
  }

  @Test("runs beside the caller's thread, which gets its own result") func beside() {
    let (caller, threads) = (UInt64(pthread_self()), ThreadTally())
    let result = CompanionThread.run {
      threads.add(Int(truncatingIfNeeded: pthread_self()))
    } beside: {
      UInt64(pthread_self())
    }
    #expect(result == caller)
    #expect(threads.values.count == 1)
    #expect(threads.values != [Int(truncatingIfNeeded: caller)])
  }

  @Test("has ended when the caller goes on, also when the caller's part threw") func ended() {
    for number in 0..<200 {
      let done = ThreadTally()
      #expect(throws: Refused(number: number)) {
        try CompanionThread.run {
          for _ in 0..<number { sched_yield() }
          done.add(number)
        } beside: { () throws(Refused) in
          throw Refused(number: number)
        }
      }
      #expect(done.values == [number])
    }
  }

  @Test("and the caller's thread run at the same time") func together() {
    let (there, here) = (ThreadTally(), ThreadTally())
    // Each waits for the other's first step: in turn, neither would ever end.
    let result: Void? = CompanionThread.run {
      there.add(1)
      while here.values.isEmpty { sched_yield() }
    } beside: {
      here.add(1)
      while there.values.isEmpty { sched_yield() }
    }
    #expect(result != nil)
  }
}
