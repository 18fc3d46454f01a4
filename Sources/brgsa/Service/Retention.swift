import API
import Archives
import Glibc
import Inference
import Logging

/// Deletes stored data that is older than the retention time.
struct Retention {
  private let policy: RetentionPolicy
  private let confirmation: RetentionConfirmation
  private let copies: MigrationCopies
  private let readiness: Readiness
  private let logger: Logger

  /// - Parameter days: The retention time in days; 0 to never delete data.
  init(days: Int, store: String, _ readiness: Readiness, _ logger: Logger) {
    policy = RetentionPolicy(days: days)
    confirmation = RetentionConfirmation(store: store)
    copies = MigrationCopies(store: store, logger: logger)
    self.readiness = readiness
    self.logger = logger
  }

  private static let pause = Duration.seconds(3600)
  /// The interval between checks for a confirmation while a deletion waits for the operator.
  private static let shortPause = Duration.seconds(10)

  /// Deletes old data every hour, and as soon as an operator confirms a waiting deletion. Returns when the task is
  /// cancelled.
  func keep(_ service: DiagnosisService) async {
    guard policy.days > 0 else { return }
    var waitingSince: ContinuousClock.Instant?
    var early = 0
    while !Task.isCancelled {
      let waited = waitingSince.map { ContinuousClock.now - $0 } ?? .zero
      do {
        let confirmed = confirmation.read()
        let outcome = try await service.retain(policy, confirmed: confirmed, waited: waited)
        if let outcome {
          report(outcome, isNew: waitingSince == nil)
          if outcome.early > 0, outcome.early != early { report(early: outcome.early) }
          early = outcome.early
          if outcome.waiting == nil {
            confirmation.remove()
            copies.remove(madeBefore: policy.limit(now: time(nil)))
          }
          waitingSince = outcome.waiting == nil ? nil : waitingSince ?? .now
        }
      } catch {
        logger.error("retention failed", metadata: ["reason": "\(error)"])
      }
      await pause(isWaiting: waitingSince != nil)
    }
  }

  /// Waits for the next run. If a deletion waits, also returns when it is confirmed.
  private func pause(isWaiting: Bool) async {
    let end = ContinuousClock.now + Self.pause
    while !Task.isCancelled, ContinuousClock.now < end {
      try? await Task.sleep(for: isWaiting ? Self.shortPause : Self.pause)
      if isWaiting, confirmation.read() != nil { return }
    }
  }

  private func report(_ outcome: RetentionOutcome, isNew: Bool) {
    if outcome.erased > 0 {
      logger.notice("retention", metadata: ["erased": "\(outcome.erased)"])
    }
    guard let (old, all) = outcome.waiting else { return readiness.setRetentionWait(nil) }
    readiness.setRetentionWait(
      "Retention waits before it erases \(old) of \(all) volumes, reports and diagnoses at once, because the clock may be wrong. Check the clock, then run brgsa db retain --confirm. After 7 days, retention erases them without a confirmation."
    )
    guard isNew else { return }
    logger.warning(
      "retention waits: check the clock, then run brgsa db retain --confirm",
      metadata: ["count": "\(old)", "reason": "would erase \(old) of \(all) at once"])
  }

  private func report(early count: Int) {
    logger.warning(
      "some records have a future date, because the clock was ahead or is behind now; retention erases these records later than intended",
      metadata: ["count": "\(count)"])
  }
}
