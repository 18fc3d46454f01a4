import Inference
import Logging

/// Erases what has been kept long enough.
struct Retention {
  private let days: Int
  private let logger: Logger

  /// Nothing is erased if `days` is 0.
  init(days: Int, _ logger: Logger) {
    self.days = days
    self.logger = logger
  }

  private static let pause = Duration.seconds(3600)
  private static let secondsOfDay = 86_400

  /// Looks once an hour, until the task is cancelled.
  func keep(_ service: DiagnosisService) async {
    guard days > 0 else { return }
    while !Task.isCancelled {
      await erase(service)
      try? await Task.sleep(for: Self.pause)
    }
  }

  private func erase(_ service: DiagnosisService) async {
    do throws(InferenceError) {
      let erased = try await service.eraseAll(olderThan: days * Self.secondsOfDay)
      if erased > 0 { logger.notice("retention", metadata: ["erased": "\(erased)"]) }
    } catch {
      logger.error("retention failed", metadata: ["reason": "\(error)"])
    }
  }
}
