/// A user's prompt, converted to the form of the sentences with which the model was trained.
///
/// The model was trained with sentences of the form "There is {term}" and "There is no {term}".
/// Questions, shorthand and single terms do not have this form. Moreover, the model's text cleaning
/// drops sentences of one word, so that "Pneumonia." would be encoded as an empty text.
///
/// - Source: prompt alignment as in CARZero, arXiv 2402.17417. `ModelSpecification.md` describes the text cleaning.
public enum PromptForm: Sendable, Equatable {
  /// A sentence that is encoded unchanged. The model's cleaning leaves at least one word of it,
  /// unless the user wrote it in the model's form.
  case sentence(String)
  /// A term that is inserted into the model's template, affirmed or negated.
  ///
  /// Its upper and lower case are unchanged. Articles before it, and white space and punctuation
  /// around it, are removed. It is empty only if the text has neither letters nor digits.
  case finding(term: String, isNegated: Bool)

  /// Returns the form of `text`.
  ///
  /// Two kinds of texts stay unchanged byte for byte: those that start with "there is" or "there
  /// are" in upper or lower case, and statements with another verb. So converting the result again
  /// does not change it, if the template starts with "There is".
  ///
  /// - Complexity: linear in the length of the text.
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
