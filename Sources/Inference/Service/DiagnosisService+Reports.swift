internal import Archives
internal import Embeddings
internal import Encoders
internal import ReportText
internal import Search
public import Storage

/// Makes what the model reads of a report: a service somewhere else. Rules of our own are always at hand.
public protocol ReportSummarizer: Sendable {
  /// What answers call it.
  var name: String { get }

  /// The report's abnormal findings in short sentences; nil without a response.
  func summary(of report: String) async -> String?
}

/// A text to encode and what made it.
struct EncodedSentence {
  let text: String
  var summarizer: String?
  var warnings: [SummaryWarning] = []
}

/// A report to keep.
public struct ReportRequest: Sendable {
  /// The report in somebody's own words.
  public let text: String
  /// What filters look at.
  public let tags: [String: String]
  /// Whether the words are kept, too; nil for the service's standard.
  public let keepsText: Bool?

  /// Puts a request together; ``DiagnosisService`` checks it.
  public init(text: String, tags: [String: String] = [:], keepsText: Bool? = nil) {
    self.text = text
    self.tags = tags
    self.keepsText = keepsText
  }
}

extension DiagnosisService {
  /// Summarizes a report as retrieval does, without a model's arithmetic.
  ///
  /// - Throws: ``InferenceError``.
  public func summarize(_ report: String) async throws -> EncodedQuery {
    let sentence = try await sentence(of: report)
    let tokens = try requireModel().model.tokenizer.tokenize(sentence.text)
    return EncodedQuery(
      text: sentence.text, tokens: tokens.ids.count, isTruncated: tokens.isTruncated,
      summarizer: sentence.summarizer, warnings: sentence.warnings)
  }

  /// Summarizes, encodes and keeps a report, so that volumes can find it.
  ///
  /// - Throws: ``InferenceError``; the report is kept if and only if this returns.
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

  /// What the model is to read of a report: by the summarizer that was chosen, else by rules.
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
  /// A report's abnormal findings in short sentences, by rules: as many as the model reads.
  func ruleSummary(of report: String) -> ReportSummary {
    RuleSummarizer().summarize(report) { !model.tokenizer.tokenize($0).isTruncated }
  }

  /// Whether there is something in a text for the model, and all of it is read.
  func reads(_ text: String) -> Bool {
    let tokens = model.tokenizer.tokenize(text)
    return !tokens.isEmpty && !tokens.isTruncated
  }
}
