internal import HTTP
internal import Inference
internal import StrictJSON

/// What a request for a diagnosis says besides the volume, from the query and from the JSON part.
struct DiagnosisParameters: Equatable {
  private(set) var prompts: [Prompt] = []
  /// Where in the request each prompt stands, as JSON Pointers.
  private(set) var pointers: [String] = []
  var topK: Int?
  var includesEmbedding = false
  var showsAllComponents = false
  /// The name of the calibration that was asked for, not yet looked up.
  var calibration: String?

  /// Options that were given, so that a second value is noticed.
  private var given: Set<String> = []

  /// Reads `query`, then `json` (the form part `request`), if there is one.
  ///
  /// - Throws: ``Problem``, with a pointer to the member and never with its text.
  init(
    query: [QueryItem], json: [UInt8]? = nil, template: PromptTemplate
  ) throws(Problem) {
    for item in query { try add(item, template) }
    if let json { try add(Self.parse(json), template) }
  }

  // MARK: Query

  private mutating func add(_ item: QueryItem, _ template: PromptTemplate) throws(Problem) {
    switch item.name {
    case "prompt": try add(promptText: item.value, at: "/prompts/\(prompts.count)", template)
    case "prompt_set": try add(promptSet: item.value, template)
    case "top_k":
      guard let value = Int(item.value) else {
        throw Self.wrongKind("/options/top_k", "a whole number")
      }
      try set("top_k") { $0.topK = value }
    case "include_embedding":
      let value = try Self.bool(item)
      try set("include_embedding") { $0.includesEmbedding = value }
    case "all_components":
      let value = try Self.bool(item)
      try set("all_components") { $0.showsAllComponents = value }
    case "calibration": try set("calibration") { $0.calibration = item.value }
    default:
      throw Problem(
        .unknownField,
        "A query parameter is unknown; known are prompt, prompt_set, top_k, include_embedding, all_components and calibration."
      ).at("")
    }
  }

  private static func bool(_ item: QueryItem) throws(Problem) -> Bool {
    switch item.value {
    case "true", "1": true
    case "false", "0": false
    default: throw wrongKind("/options/\(item.name)", "true or false")
    }
  }

  // MARK: JSON part

  private static func parse(_ bytes: [UInt8]) throws(Problem) -> JSONObject {
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: bytes)
    } catch {
      throw Problem(error)
    }
    guard case .object(let object) = json else { throw wrongKind("", "an object") }
    return object
  }

  private mutating func add(_ object: JSONObject, _ template: PromptTemplate) throws(Problem) {
    try Self.requireKnown(object, ["prompts", "prompt_set", "options"], at: "")
    if let value = object["prompts"] {
      guard case .array(let elements) = value else { throw Self.wrongKind("/prompts", "a list") }
      for (index, element) in elements.enumerated() {
        try add(prompt: element, at: "/prompts/\(index)", template)
      }
    }
    if let value = object["prompt_set"] {
      try add(promptSet: try Self.string(value, "/prompt_set"), template)
    }
    if let value = object["options"] { try add(options: value) }
  }

  private mutating func add(options value: JSON) throws(Problem) {
    guard case .object(let options) = value else { throw Self.wrongKind("/options", "an object") }
    try Self.requireKnown(
      options, ["top_k", "include_embedding", "all_components", "calibration"], at: "/options")
    if let value = options["top_k"] {
      guard case .number(let number) = value, let topK = number.integer else {
        throw Self.wrongKind("/options/top_k", "a whole number")
      }
      try set("top_k") { $0.topK = topK }
    }
    if let value = options["include_embedding"] {
      let flag = try Self.bool(value, "/options/include_embedding")
      try set("include_embedding") { $0.includesEmbedding = flag }
    }
    if let value = options["all_components"] {
      let flag = try Self.bool(value, "/options/all_components")
      try set("all_components") { $0.showsAllComponents = flag }
    }
    if let value = options["calibration"] {
      let name = try Self.string(value, "/options/calibration")
      try set("calibration") { $0.calibration = name }
    }
  }

  private mutating func add(
    prompt value: JSON, at pointer: String, _ template: PromptTemplate
  ) throws(Problem) {
    switch value {
    case .string(let text): try add(promptText: text, at: pointer, template)
    case .object(let object):
      try Self.requireKnown(object, ["label", "text", "texts", "negative"], at: pointer)
      let texts = try Self.texts(object, pointer)
      let label = try object["label"].map { (value) throws(Problem) in
        try Self.string(value, "\(pointer)/label")
      }
      let negative = try object["negative"].map { (value) throws(Problem) in
        try Self.string(value, "\(pointer)/negative")
      }
      prompts.append(Prompt(label: label ?? texts[0], texts: texts, negative: negative))
      pointers.append(pointer)
    default: throw Self.wrongKind(pointer, "a text or an object")
    }
  }

  private static func texts(_ object: JSONObject, _ pointer: String) throws(Problem) -> [String] {
    switch (object["text"], object["texts"]) {
    case (let value?, nil): return [try string(value, "\(pointer)/text")]
    case (nil, .array(let values)?) where !values.isEmpty:
      var texts: [String] = []
      for (index, value) in values.enumerated() {
        texts.append(try string(value, "\(pointer)/texts/\(index)"))
      }
      return texts
    default: throw wrongKind(pointer, "an object with either text or a list texts")
    }
  }

  // MARK: Shared

  private mutating func add(
    promptText text: String, at pointer: String, _ template: PromptTemplate
  ) throws(Problem) {
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw Problem(.promptEmpty, "A prompt is empty.").at(pointer)
    }
    prompts.append(Prompt(text, template: template))
    pointers.append(pointer)
  }

  private mutating func add(promptSet name: String, _ template: PromptTemplate) throws(Problem) {
    guard let promptSet = PromptSet.named(name) else {
      throw Problem(InferenceError.unknownPromptSet)
    }
    try set("prompt_set") { parameters in
      parameters.prompts += promptSet.terms.map { Prompt($0, template: template) }
      parameters.pointers += promptSet.terms.map { _ in "/prompt_set" }
    }
  }

  private mutating func set(
    _ option: String, _ change: (inout DiagnosisParameters) -> Void
  ) throws(Problem) {
    guard given.insert(option).inserted else {
      throw Problem(.duplicateField, "\(option) was given more than once.").at(
        option == "prompt_set" ? "/prompt_set" : "/options/\(option)")
    }
    change(&self)
  }

  private static func requireKnown(
    _ object: JSONObject, _ known: Set<String>, at pointer: String
  ) throws(Problem) {
    guard object.members.allSatisfy({ known.contains($0.key) }) else {
      throw Problem(
        .unknownField, "A member is unknown; known are \(known.sorted().joined(separator: ", "))."
      ).at(pointer)
    }
  }

  private static func string(_ value: JSON, _ pointer: String) throws(Problem) -> String {
    guard case .string(let text) = value else { throw wrongKind(pointer, "a text") }
    return text
  }

  private static func bool(_ value: JSON, _ pointer: String) throws(Problem) -> Bool {
    guard case .bool(let flag) = value else { throw wrongKind(pointer, "true or false") }
    return flag
  }

  private static func wrongKind(_ pointer: String, _ wanted: String) -> Problem {
    Problem(.invalidValue, "A value is not what it should be.").at(pointer, "Wanted \(wanted).")
  }
}

extension Problem {
  /// Broken JSON in words.
  init(_ error: JSONError) {
    switch error {
    case .syntax(let offset):
      self.init(.invalidJSON, "The JSON breaks the grammar at byte \(offset).")
    case .encoding(let offset):
      self.init(.invalidJSON, "The JSON has a text that is not Unicode at byte \(offset).")
    case .duplicateKey(let offset):
      self.init(.duplicateKey, "The JSON repeats a key at byte \(offset).")
    case .tooDeep(let limit):
      self.init(.invalidJSON, "The JSON has more than \(limit) levels.", limit: .integer(limit))
    }
  }
}
