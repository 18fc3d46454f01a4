internal import ReportText

/// A finding to score: its label and the sentences that describe it.
public struct Prompt: Sendable, Equatable {
  /// The finding's label in responses.
  public let label: String
  /// The sentences to encode, at least one. Several sentences express the same finding in different words.
  public let texts: [String]
  /// A sentence that denies the finding. The margin compares the two scores. Nil if there is none.
  public let negative: String?
  /// True if the sentence was made from the label with the template.
  package let isFromTerm: Bool

  /// Makes a prompt from sentences that are encoded unchanged.
  public init(label: String, texts: [String], negative: String? = nil) {
    self.init(label: label, texts: texts, negative: negative, isFromTerm: false)
  }

  package init(label: String, texts: [String], negative: String?, isFromTerm: Bool) {
    self.label = label
    self.texts = texts
    self.negative = negative
    self.isFromTerm = isFromTerm
  }

  /// Makes a prompt from a term, a question or a sentence, which is converted to the model's sentence form.
  ///
  /// - Source: CARZero (arXiv 2402.17417), which uses one sentence form in training and inference.
  public init(_ text: String, template: PromptTemplate) {
    self.init(
      label: text, texts: [template.sentence(for: text)], negative: nil, isFromTerm: true)
  }
}

/// The sentence template that a model was trained with, for example `There is {term}`.
public struct PromptTemplate: Sendable, Equatable {
  private let before: String
  private let after: String

  /// The placeholder for the finding's term.
  static let placeholder = "{term}"

  /// - Parameter template: A text with exactly one `{term}`. The check of the model directory ensures this.
  public init(_ template: String) {
    let parts = template.split(separator: Self.placeholder, omittingEmptySubsequences: false)
    before = parts.first.map(String.init) ?? ""
    after = parts.dropFirst().joined(separator: Self.placeholder)
  }

  /// Returns `text` unchanged if it is a sentence. Otherwise inserts its term into the template.
  ///
  /// “?pneumothorax” becomes “There is pneumothorax”, and “no effusion” becomes “There is no effusion”.
  public func sentence(for text: String) -> String {
    switch PromptForm.of(text) {
    case .sentence(let sentence): sentence
    // A text without a term is returned unchanged. A later check refuses it as empty.
    case .finding(let term, _) where term.isEmpty: text
    case .finding(let term, let isNegated): before + (isNegated ? "no " : "") + term + after
    }
  }
}
