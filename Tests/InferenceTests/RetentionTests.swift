import TestSupport
import Testing

@testable import Archives
@testable import Inference
@testable import Storage

@Suite struct RetentionTests {
  private static let day = 86_400
  private static let now = 1_800_000_000
  private static let policy = RetentionPolicy(days: 30)
  private static var limit: Int { now - 30 * day }

  private static func decide(
    old: Int, of all: Int, lastSeen: Int?, confirmed: Int? = nil, waited: Duration = .zero
  ) -> RetentionPolicy.Decision {
    policy.decide(
      AgeCensus(old: old, all: all, early: 0), now: now, lastSeen: lastSeen, confirmed: confirmed,
      waited: waited)
  }

  @Test func littleIsErasedWhateverTheClockSays() {
    for (old, all) in [(0, 0), (20, 20), (21, 100), (25, 100), (1000, 4000)] {
      #expect(Self.decide(old: old, of: all, lastSeen: nil) == .erase(before: Self.limit))
    }
  }

  @Test func muchWaitsUnlessTheClockWasSeenToComeHere() {
    for lastSeen in [nil, Self.now - 3 * Self.day, Self.now + 3 * Self.day, 0, Int.min, Int.max] {
      #expect(Self.decide(old: 26, of: 100, lastSeen: lastSeen) == .wait(old: 26, all: 100))
      #expect(Self.decide(old: 21, of: 21, lastSeen: lastSeen) == .wait(old: 21, all: 21))
    }
    for lastSeen in [Self.now, Self.now - 3600, Self.now - 2 * Self.day, Self.now + 60] {
      #expect(Self.decide(old: 99, of: 100, lastSeen: lastSeen) == .erase(before: Self.limit))
    }
  }

  @Test func anOperatorsWordOrAWeekEndsTheWait() {
    #expect(
      Self.decide(old: 99, of: 100, lastSeen: nil, confirmed: Self.limit)
        == .erase(before: Self.limit))
    // Nothing newer goes than what was shown to the operator, nor than the policy says.
    #expect(
      Self.decide(old: 99, of: 100, lastSeen: nil, confirmed: Self.limit - 365 * Self.day)
        == .erase(before: Self.limit - 365 * Self.day))
    #expect(
      Self.decide(old: 99, of: 100, lastSeen: nil, confirmed: .max) == .erase(before: Self.limit))
    #expect(
      Self.decide(old: 99, of: 100, lastSeen: nil, waited: .seconds(7 * Self.day - 1))
        == .wait(old: 99, all: 100))
    #expect(
      Self.decide(old: 99, of: 100, lastSeen: nil, waited: .seconds(7 * Self.day))
        == .erase(before: Self.limit))
  }

  @Test func limitsOfImpossibleClocksDoNotOverflow() {
    #expect(RetentionPolicy(days: .max).limit(now: 0) == .min)
    #expect(RetentionPolicy(days: 36_500).limit(now: .min) == .min)
    #expect(RetentionPolicy(days: 1).limit(now: .max) == .max - Self.day)
  }

  /// A service with volumes of the last days, and its clock where the test says.
  private static func service() async throws -> (DiagnosisService, Store) {
    let store = try Store(path: ":memory:")
    let service = DiagnosisService(store: store)
    try await service.load(directory: Fixtures.tinyModel, threads: 1)
    let space = try #require(service.archive).space
    let values = (0..<space.components).map { _ in Float(0.1) }
    for n in 0..<50 {
      let record = VolumeRecord(
        id: "sha256-\(n)", createdAt: now - n * day, byteCount: 1,
        inputDigest: [UInt8](repeating: UInt8(n), count: 32), document: [],
        metadata: VolumeMetadata())
      _ = try await store.addVolume(
        record, embedding: VolumeEmbedding(values: values, searchRow: values), space: space)
    }
    return (service, store)
  }

  @Test func aStartWithTheClockAYearAheadErasesNothingAndOneWithTheRightClockGoesOn() async throws {
    let (service, store) = try await Self.service()
    // The first look at a store that no retention ever saw: 19 of 50 are too old, which is not much.
    var outcome = try await service.retain(
      Self.policy, confirmed: nil, waited: .zero, now: Self.now)
    #expect(outcome == RetentionOutcome(erased: 19))
    #expect(try store.withSnapshot { try $0.volumeCount() } == 31)
    outcome = try await service.retain(
      Self.policy, confirmed: nil, waited: .zero, now: Self.now + 365 * Self.day)
    #expect(outcome == RetentionOutcome(waiting: (31, 31)))
    #expect(try store.withSnapshot { try $0.volumeCount() } == 31)
    // The clock is set right: one day later one more is too old.
    outcome = try await service.retain(
      Self.policy, confirmed: nil, waited: .zero, now: Self.now + Self.day)
    #expect(outcome == RetentionOutcome(erased: 1))
    #expect(try store.withSnapshot { try $0.volumeCount() } == 30)
    // Two days without a look, while the service runs, are no jump.
    outcome = try await service.retain(
      Self.policy, confirmed: nil, waited: .zero, now: Self.now + 3 * Self.day)
    #expect(outcome?.erased == 2)
  }

  @Test func aClockThatIsBehindErasesNothingAndIsTold() async throws {
    let (service, store) = try await Self.service()
    let outcome = try await service.retain(
      Self.policy, confirmed: nil, waited: .zero, now: Self.now - 10 * Self.day)
    #expect(outcome?.early == 10 && outcome?.waiting == nil)
    #expect(outcome?.erased == 9)
    #expect(try store.withSnapshot { try $0.volumeCount() } == 41)
  }

  @Test func aWordThatWasGivenBeforeTheClockJumpedCoversNothingNewer() async throws {
    let (service, store) = try await Self.service()
    let jumped = Self.now + 365 * Self.day
    for hour in 0..<3 {
      let outcome = try await service.retain(
        Self.policy, confirmed: hour == 0 ? Self.limit : nil, waited: .zero,
        now: jumped + hour * 3600)
      #expect(outcome?.erased == (hour == 0 ? 19 : 0))
      #expect(outcome?.waiting?.old == (hour == 0 ? nil : 31))
    }
    #expect(try store.withSnapshot { try $0.volumeCount() } == 31)
  }

  @Test func aConfirmedErasureGoesOn() async throws {
    let (service, store) = try await Self.service()
    let later = Self.now + 40 * Self.day
    var outcome = try await service.retain(Self.policy, confirmed: nil, waited: .zero, now: later)
    #expect(outcome?.waiting?.old == 50 && outcome?.erased == 0)
    let confirmed = Self.policy.limit(now: later)
    outcome = try await service.retain(
      Self.policy, confirmed: confirmed, waited: .zero, now: later + 60)
    #expect(outcome?.erased == 50)
    #expect(try store.withSnapshot { try $0.volumeCount() } == 0)
  }
}
