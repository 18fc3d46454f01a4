internal import Calibrations
internal import Inference
internal import StrictJSON

extension DiagnosisParameters {
  /// The members of the JSON but for the volume.
  mutating func add(_ object: RequestObject, _ reading: PromptReading) throws(Problem) {
    for (index, element) in (try object.array("prompts") ?? []).enumerated() {
      let pointer = "/prompts/\(index)"
      add([try reading.prompt(element, at: pointer)], at: [pointer])
    }
    if let name = try object.string("prompt_set") { try add(promptSet: name, reading) }
    let names = ["top_k", "include_embedding", "all_components", "persist", "calibration"]
    guard let options = try object.object("options", members: names) else { return }
    if let value = try options.integer("top_k") { try set("top_k") { $0.topK = value } }
    if let value = try options.bool("include_embedding") {
      try set("include_embedding") { $0.includesEmbedding = value }
    }
    if let value = try options.bool("all_components") {
      try set("all_components") { $0.showsAllComponents = value }
    }
    if let value = try options.bool("persist") { try set("persist") { $0.persists = value } }
    if let value = try options.string("calibration") {
      try set("calibration") { $0.calibration = value }
    }
  }
}
