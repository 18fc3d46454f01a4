internal import Archives
internal import Embeddings
internal import Encoders
package import ReportText
internal import Search
public import Storage

/// Summarizes reports with an external service. If the service fails, the built-in rules summarize the report instead.
public protocol ReportSummarizer: Sendable {
  /// The summarizer's name as shown in responses.
  var name: String { get }

  /// Returns the report's abnormal findings in short sentences; nil if the service does not respond.
  func summary(of report: String) async -> String?
}

/// A text to encode. If it summarizes a report, it has the summarizer's name and the summary's warnings.
struct EncodedSentence {
  let text: String
  var summarizer: String?
  var warnings: [SummaryWarning] = []
}

/// A report to store.
public struct ReportRequest: Sendable {
  /// The report's original text.
  public let text: String
  /// Tags as names and values. Searches can filter reports by them.
  public let tags: [String: String]
  /// Whether to store the report's text as well as its embedding; nil to use the service's default.
  public let keepsText: Bool?

  /// Makes a request. ``DiagnosisService`` checks it when it is used.
  public init(text: String, tags: [String: String] = [:], keepsText: Bool? = nil) {
    self.text = text
    self.tags = tags
    self.keepsText = keepsText
  }
}

extension DiagnosisService {
  /// Summarizes a report as a search would, but does not encode it.
  ///
  /// - Throws: ``InferenceError``.
  public func summarize(_ report: String) async throws -> EncodedQuery {
    let sentence = try await sentence(of: report)
    let tokens = try requireModel().model.tokenizer.tokenize(sentence.text)
    return EncodedQuery(
      text: sentence.text, tokens: tokens.ids.count, isTruncated: tokens.isTruncated,
      summarizer: sentence.summarizer, warnings: sentence.warnings)
  }

  /// Summarizes, encodes and stores a report, so that searches find it.
  ///
  /// - Throws: ``InferenceError``. If this throws, the report is not stored.
  public func add(
    _ report: ReportRequest, id: String
  ) async throws -> (record: ReportRecord, text: EncodedQuery) {
    let archive = try requireArchive()
    let (text, embedding) = try await encode(try await sentence(of: report.text))
    let keepsText = report.keepsText ?? persistence.includesPictures
    let record = ReportRecord(
      id: id, createdAt: Self.now(), text: keepsText ? report.text : nil,
      encodedText: keepsText ? text.text : nil, tags: report.tags, values: embedding.values,
      space: archive.space)
    try await archive.add(record)
    return (record, text)
  }

  /// Summarizes a report for the model. The configured summarizer is used if it responds; otherwise the rules are used.
  func sentence(of report: String) async throws -> EncodedSentence {
    guard report.utf8.count <= limits.reportBytes else {
      throw InferenceError.reportTooLong(limit: limits.reportBytes, actual: report.utf8.count)
    }
    guard report.contains(where: { !$0.isWhitespace }) else { throw InferenceError.reportEmpty }
    var warnings: [SummaryWarning] = []
    let model = try requireModel()
    if let summarizer {
      // A summary is used only if the model can read all of it.
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
  /// Summarizes a report by rules. Returns short sentences with as many abnormal findings as fit into the model's
  /// input.
  package func ruleSummary(of report: String) -> ReportSummary {
    RuleSummarizer().summarize(report) { !model.tokenizer.tokenize($0).isTruncated }
  }

  /// True if the text contains words that the model knows and fits completely into the model's input.
  func reads(_ text: String) -> Bool {
    let tokens = model.tokenizer.tokenize(text)
    return !tokens.isEmpty && !tokens.isTruncated
  }
}
