internal import Inference
internal import StrictJSON

/// How prompts of requests and of prompt sets are read: with the model's sentence form, and the sets that there are.
struct PromptReading {
  let template: PromptTemplate
  /// The document of the site's own prompt set of a name.
  var siteSet: (String) -> [UInt8]? = { _ in nil }

  /// A term, a question or a sentence.
  ///
  /// - Throws: ``Problem``, with a pointer and never with its text.
  func prompt(_ text: String, at pointer: String) throws(Problem) -> Prompt {
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw Problem(.promptEmpty, "A prompt is empty.").at(pointer)
    }
    return Prompt(text, template: template)
  }

  /// A text, or an object with a label and verbatim sentences.
  func prompt(_ value: JSON, at pointer: String) throws(Problem) -> Prompt {
    if case .string(let text) = value { return try prompt(text, at: pointer) }
    guard case .object = value else { throw Problem.wrongKind(pointer, "a text or an object") }
    let object = try RequestObject(
      value, at: pointer, members: ["label", "text", "texts", "negative"])
    let texts = try Self.texts(of: object)
    return Prompt(
      label: try object.string("label") ?? texts[0], texts: texts,
      negative: try object.string("negative"))
  }

  /// The prompts of a set, built in or the site's own.
  func prompts(ofSet name: String) throws(Problem) -> [Prompt] {
    if let set = PromptSet.named(name) { return set.terms.map { Prompt($0, template: template) } }
    guard let document = siteSet(name) else { throw Problem(InferenceError.unknownPromptSet) }
    return try prompts(inSet: document)
  }

  /// The prompts of a prompt set's document.
  func prompts(inSet document: [UInt8]) throws(Problem) -> [Prompt] {
    let object = try RequestObject(parsing: document, members: ["prompts"])
    guard let elements = try object.array("prompts"), !elements.isEmpty else {
      throw Problem.wrongKind("/prompts", "a list with prompts")
    }
    var prompts: [Prompt] = []
    for (index, element) in elements.enumerated() {
      prompts.append(try prompt(element, at: "/prompts/\(index)"))
    }
    return prompts
  }

  private static func texts(of object: RequestObject) throws(Problem) -> [String] {
    switch (try object.string("text"), try object.array("texts")) {
    case (let text?, nil): return [text]
    case (nil, let values?) where !values.isEmpty:
      var texts: [String] = []
      for (index, value) in values.enumerated() {
        texts.append(
          try RequestObject.string(value, "\(object.place(of: "texts"))/\(index)"))
      }
      return texts
    default:
      throw Problem.wrongKind(object.pointer, "an object with either text or a list texts")
    }
  }
}
