internal import CommandLineSupport
internal import Evaluation
internal import Inference

/// A table of custom prompts, with the columns `label` and `text`, and optionally `negative`.
///
/// A label may have several texts, each in its own row. `negative` is a text that denies the finding. Rows of the same
/// label must not have different ones.
struct PromptTable {
  private let path: String
  /// The texts of each label. Keys are label names converted by ``LabelName/key(_:)``.
  private let texts: [String: [String]]
  /// The text that denies the finding of each label that has one, with the same keys.
  private let negatives: [String: String]
  /// The labels as written in the file, in file order.
  private let labels: [String]

  /// - Throws: `CommandFailure`.
  init(path: String) throws {
    let table = try EvaluationFiles.table(path)
    let columns = try ["label", "text"].map { name in
      guard let column = table.header.firstIndex(of: name) else {
        throw CommandFailure("\(path): line 1: the column \(name) is missing", .dataError)
      }
      return column
    }
    let negativeColumn = table.header.firstIndex(of: "negative")
    var texts: [String: [String]] = [:]
    var negatives: [String: String] = [:]
    var labels: [String] = []
    for row in table.rows {
      let (label, text) = (row.fields[columns[0]], row.fields[columns[1]])
      guard !LabelName.key(label).isEmpty, text.contains(where: { !$0.isWhitespace }) else {
        throw CommandFailure("\(path): line \(row.line): a label or a text is empty", .dataError)
      }
      if texts[LabelName.key(label)] == nil { labels.append(label) }
      texts[LabelName.key(label), default: []].append(text)
      if let negative = negativeColumn.map({ row.fields[$0] }), !negative.isEmpty {
        let earlier = negatives.updateValue(negative, forKey: LabelName.key(label))
        guard earlier == nil || earlier == negative else {
          throw CommandFailure(
            "\(path): line \(row.line): the label has another negative text above", .dataError)
        }
      }
    }
    guard !labels.isEmpty else {
      throw CommandFailure("\(path): the table has no prompts", .dataError)
    }
    self.path = path
    self.texts = texts
    self.negatives = negatives
    self.labels = labels
  }

  /// Makes the prompts for the labels of a cohort.
  ///
  /// Prints a note for each label of the cohort that has no text in this table, and skips it. Also prints a note for
  /// each label of this table that the cohort does not have.
  func prompts(_ cohort: [String], template: PromptTemplate) -> [Prompt] {
    let known = Set(cohort.map(LabelName.key))
    for label in labels where !known.contains(LabelName.key(label)) {
      Console.note("\(path): \(label) is not a label of the cohort")
    }
    return cohort.compactMap { label in
      guard let texts = texts[LabelName.key(label)] else {
        Console.note("\(path): no text for \(label), so it is skipped")
        return nil
      }
      let sentences = texts.map { template.sentences(for: $0) }
      return Prompt(
        label: label, texts: sentences.map(\.sentence),
        negative: negatives[LabelName.key(label)] ?? sentences[0].negative)
    }
  }

  /// Makes the default prompt of a label: the label's words in the model's template. Underscores in the label become
  /// spaces.
  static func standard(_ label: String, template: PromptTemplate) -> Prompt {
    let words = String(label.map { $0 == "_" ? " " : $0 })
    let (sentence, negative) = template.sentences(for: words)
    return Prompt(label: label, texts: [sentence], negative: negative)
  }
}
