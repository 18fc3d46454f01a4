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
  /// Whether the volume and the answer are to be kept, if the request says.
  var persists: Bool?
  /// The volume that is meant, if it is one that is kept.
  private(set) var volumeID: String?

  /// Options that were given, so that a second value is noticed.
  private var given: Set<String> = []

  /// Reads `query`, then `json` (the form part `request`, or a body that is JSON), if there is one.
  ///
  /// - Parameter namesVolume: Whether the JSON must name a volume that is kept, or must not.
  /// - Throws: ``Problem``, with a pointer to the member and never with its text.
  init(
    query: [QueryItem], json: [UInt8]? = nil, namesVolume: Bool = false, prompts: PromptReading
  ) throws(Problem) {
    for item in query { try add(item, prompts) }
    guard let json else { return }
    let members = ["prompts", "prompt_set", "options"] + (namesVolume ? ["volume_id"] : [])
    let object = try RequestReader(parsing: json).object(optional: members)
    volumeID = try object["volume_id"]?.text()
    guard !namesVolume || volumeID != nil else {
      throw Problem.wrongKind("/volume_id", "the id of a stored volume")
    }
    try add(object, prompts)
  }

  mutating func add(_ found: [Prompt], at places: [String]) {
    prompts += found
    pointers += places
  }

  mutating func add(promptSet name: String, _ reading: PromptReading) throws(Problem) {
    let found = try reading.prompts(ofSet: name)
    try set("prompt_set") { parameters in
      parameters.add(found, at: found.map { _ in "/prompt_set" })
    }
  }

  mutating func set(
    _ option: String, _ change: (inout DiagnosisParameters) -> Void
  ) throws(Problem) {
    guard given.insert(option).inserted else {
      throw Problem(.duplicateField, "\(option) was given more than once.").at(
        option == "prompt_set" ? "/prompt_set" : "/options/\(option)")
    }
    change(&self)
  }
}
