internal import ReportText

/// A finding to score: its label and sentences.
public struct Prompt: Sendable, Equatable {
  /// The finding's name in responses.
  public let label: String
  /// The sentences to encode, at least one. Several sentences are wordings of the same finding.
  public let texts: [String]
  /// The sentence that denies the finding, for a margin.
  public let negative: String?
  /// True if the sentence was made from the label.
  package let isFromTerm: Bool

  /// Makes a finding with sentences that are encoded unchanged.
  public init(label: String, texts: [String], negative: String? = nil) {
    self.init(label: label, texts: texts, negative: negative, isFromTerm: false)
  }

  package init(label: String, texts: [String], negative: String?, isFromTerm: Bool) {
    self.label = label
    self.texts = texts
    self.negative = negative
    self.isFromTerm = isFromTerm
  }

  /// Converts a term, a question or a sentence to the model's sentence form.
  ///
  /// - Source: CARZero (arXiv 2402.17417), which uses one sentence form in training and inference.
  public init(_ text: String, template: PromptTemplate) {
    self.init(
      label: text, texts: [template.sentence(for: text)], negative: nil, isFromTerm: true)
  }
}

/// The sentence form that a model was trained with, for example `There is {term}`.
public struct PromptTemplate: Sendable, Equatable {
  private let before: String
  private let after: String

  /// The placeholder of the term.
  static let placeholder = "{term}"

  /// - Parameter template: Contains `{term}` exactly once. The check of the model directory ensures this.
  public init(_ template: String) {
    let parts = template.split(separator: Self.placeholder, omittingEmptySubsequences: false)
    before = parts.first.map(String.init) ?? ""
    after = parts.dropFirst().joined(separator: Self.placeholder)
  }

  /// Returns the sentence itself if `text` is one. Otherwise puts its term into the template.
  ///
  /// “?pneumothorax” becomes “There is pneumothorax”, and “no effusion” becomes “There is no effusion”.
  public func sentence(for text: String) -> String {
    switch PromptForm.of(text) {
    case .sentence(let sentence): sentence
    // A text without a term is returned unchanged. It is later refused as empty.
    case .finding(let term, _) where term.isEmpty: text
    case .finding(let term, let isNegated): before + (isNegated ? "no " : "") + term + after
    }
  }
}
