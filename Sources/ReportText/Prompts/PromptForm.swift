/// What a user typed as a prompt, brought to the form in which the model knows findings.
///
/// The model was trained on one unified form, "There is {term}" and "There is no {term}"; a question, a
/// referral's shorthand or a bare term is far from it, and the model's cleaning drops a sentence of one
/// word altogether, so that "Pneumonia." would be encoded as the empty text.
///
/// - Source: prompt alignment as in CARZero, arXiv 2402.17417; the cleaning is `ModelSpecification.md`'s.
public enum PromptForm: Sendable, Equatable {
  /// A sentence that is encoded as it stands. It keeps at least one word through the model's cleaning.
  case sentence(String)
  /// A term for the model's template, affirmed or negated. Case as typed, white space and punctuation
  /// around it gone, leading articles gone. Empty only if the text has no letter and no digit.
  case finding(term: String, isNegated: Bool)

  /// The form of `text`.
  ///
  /// A text that begins with "there is" or "there are" (any case), or that is a statement with a verb of
  /// its own, is left alone byte for byte. Aligning a sentence, also one that comes from a template
  /// beginning with "There is", gives that sentence again.
  ///
  /// - Complexity: linear in the text, whatever it holds.
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
