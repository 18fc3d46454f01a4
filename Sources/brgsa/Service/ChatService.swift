import ArgumentParser
import ChatSummarizer
import CommandLineSupport
import HTTP
import Inference
import Logging

/// Summarizes reports with the configured chat service. If none is configured, no report leaves the machine.
struct ChatService: ReportSummarizer {
  let name = "chat"
  private let client: ChatSummarizer
  private let logger: Logger

  /// Makes the summarizer for the URL in `--summarizer-url`; nil if this setting is empty.
  ///
  /// - Throws: `CommandFailure` if a setting is invalid.
  static func configured(_ settings: Settings, _ logger: Logger) throws -> ChatService? {
    let url = settings.summarizerURL
    guard !url.isEmpty else { return nil }
    do throws(ChatSummarizerError) {
      func unlessEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }
      let client = try ChatSummarizer(
        url: url, model: unlessEmpty(settings.summarizerModel),
        apiKey: unlessEmpty(settings.summarizerKey),
        timeout: .seconds(settings.summarizerTimeout))
      return ChatService(client: client, logger: logger)
    } catch {
      throw CommandFailure.configuration("summarizer-url: \(error)")
    }
  }

  func summary(of report: String) async -> String? {
    do throws(ChatSummarizerError) {
      return try await client.summarize(report, traceParent: TraceContext.current?.child())
    } catch {
      logger.warning("the chat service did not respond", metadata: ["reason": "\(error)"])
      return nil
    }
  }
}
