internal import Archives
internal import Embeddings
internal import Encoders
package import ReportText
internal import Search
public import Storage

/// Summarizes reports with an external service. The built-in rules are always available.
public protocol ReportSummarizer: Sendable {
  /// The summarizer's name in responses.
  var name: String { get }

  /// Returns the report's abnormal findings in short sentences; nil if the service does not respond.
  func summary(of report: String) async -> String?
}

/// A text to encode, the name of the summarizer that made it, and warnings about the summary.
struct EncodedSentence {
  let text: String
  var summarizer: String?
  var warnings: [SummaryWarning] = []
}

/// A report to store.
public struct ReportRequest: Sendable {
  /// The report's own words.
  public let text: String
  /// Names and values by which searches can filter reports.
  public let tags: [String: String]
  /// Whether to store the report's text, too; nil for the service's default.
  public let keepsText: Bool?

  /// Makes a request; ``DiagnosisService`` checks it.
  public init(text: String, tags: [String: String] = [:], keepsText: Bool? = nil) {
    self.text = text
    self.tags = tags
    self.keepsText = keepsText
  }
}

extension DiagnosisService {
  /// Summarizes a report in the same way as for a search, without encoding it.
  ///
  /// - Throws: ``InferenceError``.
  public func summarize(_ report: String) async throws -> EncodedQuery {
    let sentence = try await sentence(of: report)
    let tokens = try requireModel().model.tokenizer.tokenize(sentence.text)
    return EncodedQuery(
      text: sentence.text, tokens: tokens.ids.count, isTruncated: tokens.isTruncated,
      summarizer: sentence.summarizer, warnings: sentence.warnings)
  }

  /// Summarizes, encodes and stores a report, so that searches can find it.
  ///
  /// - Throws: ``InferenceError``; the report is stored if and only if this returns.
  public func add(
    _ report: ReportRequest, id: String
  ) async throws -> (record: ReportRecord, text: EncodedQuery) {
    let archive = try requireArchive()
    let (text, embedding) = try await encode(try await sentence(of: report.text))
    let keepsText = report.keepsText ?? (persistence == .full)
    let record = ReportRecord(
      id: id, createdAt: Self.now(), text: keepsText ? report.text : nil,
      encodedText: keepsText ? text.text : nil, tags: report.tags, values: embedding.values,
      space: archive.space)
    try await archive.add(record)
    return (record, text)
  }

  /// Summarizes a report for the model, with the configured summarizer or otherwise by rules.
  func sentence(of report: String) async throws -> EncodedSentence {
    guard report.utf8.count <= limits.reportBytes else {
      throw InferenceError.reportTooLong(limit: limits.reportBytes, actual: report.utf8.count)
    }
    guard report.contains(where: { !$0.isWhitespace }) else { throw InferenceError.reportEmpty }
    var warnings: [SummaryWarning] = []
    let model = try requireModel()
    if let summarizer {
      // A summary that the model cannot read completely is not used.
      if let summary = await summarizer.summary(of: report), model.reads(summary) {
        return EncodedSentence(text: summary, summarizer: summarizer.name)
      }
      warnings.append(.summarizerUnavailable)
    }
    let summary = model.ruleSummary(of: report)
    if summary.leftOut > 0 { warnings.append(.findingsLeftOut) }
    return EncodedSentence(text: summary.text, summarizer: "rules", warnings: warnings)
  }
}

extension LoadedModel {
  /// Summarizes a report by rules: returns as many of its abnormal findings as the model can read, in short sentences.
  package func ruleSummary(of report: String) -> ReportSummary {
    RuleSummarizer().summarize(report) { !model.tokenizer.tokenize($0).isTruncated }
  }

  /// True if a text contains words for the model and the model can read it completely.
  func reads(_ text: String) -> Bool {
    let tokens = model.tokenizer.tokenize(text)
    return !tokens.isEmpty && !tokens.isTruncated
  }
}
