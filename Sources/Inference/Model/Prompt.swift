public import Encoders
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
    let (sentence, negative) = template.sentences(for: text)
    self.init(label: text, texts: [sentence], negative: negative, isFromTerm: true)
  }
}

/// The sentence template that a model was trained with, for example `There is {term}`.
public struct PromptTemplate: Sendable, Equatable {
  private let statement: Form
  /// The form of a sentence that denies a finding; nil if the model's scores need none.
  private let denial: Form?

  /// A sentence with a gap for the term.
  private struct Form: Sendable, Equatable {
    private let before: String
    private let after: String

    init(_ template: String) {
      let parts = template.split(
        separator: PromptTemplate.placeholder, omittingEmptySubsequences: false)
      before = parts.first.map(String.init) ?? ""
      after = parts.dropFirst().joined(separator: PromptTemplate.placeholder)
    }

    func sentence(_ term: String) -> String { before + term + after }
  }

  /// The placeholder for the finding's term.
  static let placeholder = "{term}"

  /// - Parameters:
  ///   - template: A text with exactly one `{term}`. The check of the model directory ensures this.
  ///   - negative: Another such text, which denies the finding; nil if scores need none.
  public init(_ template: String, negative: String? = nil) {
    statement = Form(template)
    denial = negative.map(Form.init)
  }

  /// Makes the template of a model.
  public init(_ prompts: ModelConfiguration.Prompts) {
    self.init(prompts.template, negative: prompts.negativeTemplate)
  }

  /// Returns `text` unchanged if it is a sentence. Otherwise inserts its term into the template.
  ///
  /// “?pneumothorax” becomes “There is pneumothorax”, and “no effusion” becomes “There is no effusion”.
  public func sentence(for text: String) -> String { sentences(for: text).sentence }

  /// Returns the sentence for `text` and, if scores need it, the sentence that denies the finding. A text that is a
  /// sentence has no denial.
  ///
  /// If the template has a form for denials, “no effusion” becomes this form, and its denial states the effusion.
  package func sentences(for text: String) -> (sentence: String, negative: String?) {
    switch PromptForm.of(text) {
    case .sentence(let sentence): return (sentence, nil)
    // A text without a term is returned unchanged. A later check refuses it as empty.
    case .finding(let term, _) where term.isEmpty: return (text, nil)
    case .finding(let term, let isNegated):
      guard let denial else { return (statement.sentence((isNegated ? "no " : "") + term), nil) }
      let (stated, denied) = (statement.sentence(term), denial.sentence(term))
      return isNegated ? (denied, stated) : (stated, denied)
    }
  }
}
