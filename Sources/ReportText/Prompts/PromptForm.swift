/// A user's prompt in the sentence form that the model was trained on.
///
/// The model was trained on the forms "There is {term}" and "There is no {term}". Questions, abbreviations and single
/// terms do not have this form. In addition, the model's text cleaning drops sentences of one word, so "Pneumonia."
/// alone would be encoded as an empty text.
///
/// - Source: prompt alignment as in CARZero, arXiv 2402.17417. `ModelSpecification.md` describes the text cleaning.
public enum PromptForm: Sendable, Equatable {
  /// A sentence that is encoded unchanged. At least one of its words survives the model's text cleaning, unless the
  /// user wrote it in the model's form.
  case sentence(String)
  /// A term to insert into the model's template, affirmed or negated.
  ///
  /// Upper and lower case are unchanged. Leading articles and surrounding white space and punctuation are removed. The
  /// term is empty only if the text has neither letters nor digits.
  case finding(term: String, isNegated: Bool)

  /// Returns the form of `text`.
  ///
  /// Two kinds of text remain unchanged, byte for byte: those that start with "there is" or "there are" in any case,
  /// and statements with another verb. Converting a result again therefore does not change it, provided that the
  /// template starts with "There is".
  ///
  /// - Complexity: Linear in the length of the text.
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
