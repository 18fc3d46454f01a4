internal import StrictJSON

extension DiagnosisParameters {
  /// Adds all members of the JSON except the volume's id.
  mutating func add(_ object: RequestReader, _ reading: PromptReading) throws(Problem) {
    for element in try object["prompts"]?.elements() ?? [] {
      add([try reading.prompt(element)], at: [element.pointer])
    }
    if let name = try object["prompt_set"]?.text() { try add(promptSet: name, reading) }
    let names = ["top_k", "include_embedding", "all_components", "persist", "calibration"]
    guard let options = try object["options"]?.object(optional: names) else { return }
    if let value = try options["top_k"]?.integer() { try set("top_k") { $0.topK = value } }
    if let value = try options["include_embedding"]?.bool() {
      try set("include_embedding") { $0.includesEmbedding = value }
    }
    if let value = try options["all_components"]?.bool() {
      try set("all_components") { $0.showsAllComponents = value }
    }
    if let value = try options["persist"]?.bool() { try set("persist") { $0.persists = value } }
    if let value = try options["calibration"]?.text() {
      try set("calibration") { $0.calibration = value }
    }
  }
}
