internal import CheckedNumbers
internal import HTTP
internal import Inference
internal import StrictJSON

extension DiagnosisParameters {
  /// Adds one query parameter.
  mutating func add(_ item: QueryItem, _ reading: PromptReading) throws(Problem) {
    let listed = ListName.plain(item.name)
    switch ["prompt", "prompt_set"].contains(listed) ? listed ?? item.name : item.name {
    case "prompt":
      let pointer = "/prompts/\(prompts.count)"
      add([try reading.prompt(item.value, at: pointer)], at: [pointer])
    case "prompt_set": try add(promptSet: item.value, reading)
    case "top_k":
      guard let value = Int(digits: item.value, in: JSONNumber.exactIntegers) else {
        throw Problem.wrongKind("/options/top_k", "a whole number")
      }
      try set("top_k") { $0.topK = value }
    case "include_embedding":
      let value = try Self.bool(item)
      try set("include_embedding") { $0.includesEmbedding = value }
    case "all_components":
      let value = try Self.bool(item)
      try set("all_components") { $0.showsAllComponents = value }
    case "persist":
      let value = try Self.bool(item)
      try set("persist") { $0.persists = value }
    case "calibration": try set("calibration") { $0.calibration = item.value }
    default:
      throw Problem(
        .unknownField,
        "A query parameter is unknown; allowed are prompt, prompt_set, top_k, include_embedding, all_components, persist and calibration."
      ).at("")
    }
  }

  private static func bool(_ item: QueryItem) throws(Problem) -> Bool {
    // Ignore case, because Python writes `True`.
    switch item.value.lowercased() {
    case "true", "1": true
    case "false", "0": false
    default: throw Problem.wrongKind("/options/\(item.name)", "true or false")
    }
  }
}
