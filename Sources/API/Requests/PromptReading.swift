internal import Inference
internal import StrictJSON

/// Reads the prompts in requests and prompt sets. Uses the model's sentence template and the available sets.
struct PromptReading {
  let template: PromptTemplate
  /// Returns the document of the custom prompt set with the given name; nil if it does not exist.
  var siteSet: (String) -> [UInt8]? = { _ in nil }
  /// Returns the prompt set of the service or of the model with the given name; nil if it does not exist.
  var builtInSet: (String) -> PromptSet? = PromptSet.named

  /// Reads a term, a question or a sentence.
  ///
  /// - Throws: ``Problem``. It points to the prompt, but does not repeat its text.
  func prompt(_ text: String, at pointer: String) throws(Problem) -> Prompt {
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw Problem(.promptEmpty, "A prompt is empty.").at(pointer)
    }
    return Prompt(text, template: template)
  }

  /// Reads a text, or an object with a label and sentences that are encoded unchanged.
  func prompt(_ value: RequestReader) throws(Problem) -> Prompt {
    if let text = value.json.text { return try prompt(text, at: value.pointer) }
    guard value.json.object != nil else { throw value.unfit("a text or an object") }
    let object = try value.object(optional: ["label", "text", "texts", "negative"])
    let texts = try Self.texts(of: object)
    return Prompt(
      label: try object["label"]?.text() ?? texts[0], texts: texts,
      negative: try object["negative"]?.text())
  }

  func prompts(ofSet name: String) throws(Problem) -> [Prompt] {
    if let set = builtInSet(name) { return set.prompts(template) }
    guard let document = siteSet(name) else { throw Problem(InferenceError.unknownPromptSet) }
    return try prompts(inSet: document)
  }

  func prompts(inSet document: [UInt8]) throws(Problem) -> [Prompt] {
    let object = try RequestReader(parsing: document).object(optional: ["prompts"])
    guard let elements = try object["prompts"]?.elements(), !elements.isEmpty else {
      throw Problem.wrongKind("/prompts", "a list with prompts")
    }
    return try elements.map { (element) throws(Problem) in try prompt(element) }
  }

  private static func texts(of object: RequestReader) throws(Problem) -> [String] {
    switch (try object["text"]?.text(), try object["texts"]?.elements()) {
    case (let text?, nil): return [text]
    case (nil, let texts?) where !texts.isEmpty:
      return try texts.map { (text) throws(Problem) in try text.text() }
    default: throw object.unfit("an object with either text or a list texts")
    }
  }
}
