internal import ReportText

/// A finding to look for: its label and the sentences that stand for it.
public struct Prompt: Sendable, Equatable {
  /// What the finding is called in the answer.
  public let label: String
  /// The sentences to encode, at least one; several are wordings of the same finding.
  public let texts: [String]
  /// The sentence that denies the finding, for a margin.
  public let negative: String?
  /// Whether the sentence was made of the label.
  let isFromTerm: Bool

  /// A finding with sentences that are encoded as they stand.
  public init(label: String, texts: [String], negative: String? = nil) {
    self.init(label: label, texts: texts, negative: negative, isFromTerm: false)
  }

  init(label: String, texts: [String], negative: String?, isFromTerm: Bool) {
    self.label = label
    self.texts = texts
    self.negative = negative
    self.isFromTerm = isFromTerm
  }

  /// A term, a question or a sentence, brought to the model's sentence form.
  ///
  /// - Source: CARZero's lesson: one sentence form at training and at inference.
  public init(_ text: String, template: PromptTemplate) {
    self.init(
      label: text, texts: [template.sentence(for: text)], negative: nil, isFromTerm: true)
  }
}

/// The sentence form that a model was trained with, for example `There is {term}`.
public struct PromptTemplate: Sendable, Equatable {
  private let before: String
  private let after: String

  /// The place of the term.
  static let placeholder = "{term}"

  /// - Parameter template: Holds `{term}` exactly once, as the model directory's check made sure.
  public init(_ template: String) {
    let parts = template.split(separator: Self.placeholder, omittingEmptySubsequences: false)
    before = parts.first.map(String.init) ?? ""
    after = parts.dropFirst().joined(separator: Self.placeholder)
  }

  /// `text` itself if it is a sentence in the model's form already, else the template around the term that it is
  /// about: “?pneumothorax” becomes “There is pneumothorax”, “no effusion” becomes “There is no effusion”.
  public func sentence(for text: String) -> String {
    switch PromptForm.of(text) {
    case .sentence(let sentence): sentence
    // Nothing that could be a finding: the text's own emptiness is to be seen.
    case .finding(let term, _) where term.isEmpty: text
    case .finding(let term, let isNegated): before + (isNegated ? "no " : "") + term + after
    }
  }
}
