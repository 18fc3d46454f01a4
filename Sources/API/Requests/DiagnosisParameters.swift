internal import HTTP
internal import Inference
internal import StrictJSON

/// The parameters of a diagnosis request, except an uploaded volume. They come from the query and the JSON.
struct DiagnosisParameters: Equatable {
  private(set) var prompts: [Prompt] = []
  /// The position of each prompt in the request, as a JSON Pointer.
  private(set) var pointers: [String] = []
  var topK: Int?
  var includesEmbedding = false
  var showsAllComponents = false
  /// The name of the requested calibration.
  var calibration: String?
  /// Whether to store the volume and the diagnosis; nil for the service's default.
  var persists: Bool?
  /// The id of a stored volume, if the request names one.
  private(set) var volumeID: String?

  /// The options read so far, to detect an option that is given twice.
  private var given: Set<String> = []

  /// Reads `query`, then `json` (the form part `request`, or a JSON body), if present.
  ///
  /// - Parameter namesVolume: True if the JSON must name a stored volume. False if it must not.
  /// - Throws: ``Problem``, with a pointer to the invalid member but without the member's text.
  init(
    query: [QueryItem], json: [UInt8]? = nil, namesVolume: Bool = false, prompts: PromptReading
  ) throws(Problem) {
    for item in query { try add(item, prompts) }
    if let json { try add(json: json, namesVolume: namesVolume, prompts: prompts) }
  }

  /// Adds the parameters in the JSON to those of the query.
  mutating func add(
    json: [UInt8], namesVolume: Bool, prompts: PromptReading
  ) throws(Problem) {
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
