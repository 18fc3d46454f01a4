/// A user's prompt, converted to the sentence form that the model was trained with.
///
/// The model was trained on one form, "There is {term}" and "There is no {term}". Questions,
/// shorthand and single terms are unlike this form. The model's cleaning also drops a sentence of
/// one word, so that "Pneumonia." would be encoded as the empty text.
///
/// - Source: prompt alignment as in CARZero, arXiv 2402.17417; the cleaning is `ModelSpecification.md`'s.
public enum PromptForm: Sendable, Equatable {
  /// A sentence that is encoded unchanged. At least one word survives the model's cleaning.
  case sentence(String)
  /// A term for the model's template, affirmed or negated, in its original case, without
  /// surrounding white space and punctuation and leading articles. Empty only if the text has no
  /// letter and no digit.
  case finding(term: String, isNegated: Bool)

  /// The form of `text`.
  ///
  /// A text that starts with "there is" or "there are" (any case), or a statement with its own
  /// verb, stays unchanged byte for byte. Converting a sentence twice gives the same sentence, also
  /// one from a template that starts with "There is".
  ///
  /// - Complexity: Linear in the text.
  public static func of(_ text: String) -> PromptForm {
    var phrase = PromptPhrase(text)
    if phrase.isInModelForm { return .sentence(text) }
    let isMarked = phrase.dropListMark()
    let statement = isMarked ? phrase.text : text
    if phrase.isInModelForm { return .sentence(statement) }
    let hasFullStop = phrase.endsWithFullStop
    let isSeveralSentences = phrase.hasInnerFullStop
    if isSeveralSentences, ModelCleaning.keepsWords(statement) { return .sentence(statement) }

    var shell = PromptShell(phrase)
    shell.open()
    if let answer = shell.answerToQuestion { return .sentence(answer) }
    if shell.isStatement(endsWithFullStop: hasFullStop), ModelCleaning.keepsWords(statement) {
      return .sentence(statement)
    }
    return .finding(term: shell.term, isNegated: shell.isNegated)
  }
}
