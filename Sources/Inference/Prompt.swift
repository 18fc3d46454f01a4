/// A finding to look for: its label and the sentences that stand for it.
public struct Prompt: Sendable, Equatable {
  /// What the finding is called in the answer.
  public let label: String
  /// The sentences to encode, at least one; several are wordings of the same finding.
  public let texts: [String]
  /// The sentence that denies the finding, for a margin.
  public let negative: String?

  /// A finding with sentences that are encoded as they stand.
  public init(label: String, texts: [String], negative: String? = nil) {
    self.label = label
    self.texts = texts
    self.negative = negative
  }

  /// A term or a sentence: a term goes into the model's template.
  ///
  /// - Source: CARZero's lesson: one sentence form at training and at inference.
  public init(_ text: String, template: PromptTemplate) {
    self.init(label: text, texts: [template.sentence(for: text)])
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

  /// `text` itself if it is a sentence already (it begins with “there is” or “there are”, or has a full
  /// stop), else the template around it.
  public func sentence(for text: String) -> String {
    let beginning = text.drop { $0.isWhitespace }.lowercased()
    let isSentence =
      beginning.hasPrefix("there is") || beginning.hasPrefix("there are") || text.contains(".")
    return isSentence ? text : before + text + after
  }
}
