internal import HTTP
internal import Inference
internal import StrictJSON

/// All parameters of a diagnosis request except an uploaded volume. They come from the query and from JSON.
struct DiagnosisParameters: Equatable {
  private(set) var prompts: [Prompt] = []
  /// The JSON Pointer of each prompt.
  private(set) var pointers: [String] = []
  var topK: Int?
  var includesEmbedding = false
  var showsAllComponents = false
  /// The name of the requested calibration; nil to use the service's default.
  var calibration: String?
  /// Whether to store the volume and the diagnosis; nil to use the service's default.
  var persists: Bool?
  /// The id of the stored volume that the request refers to; nil if it refers to none.
  private(set) var volumeID: String?

  /// The options read so far, to detect an option that occurs twice.
  private var given: Set<String> = []

  /// Reads `query`, and then `json` if present. The JSON is the form part `request` or the body.
  ///
  /// - Parameter namesVolume: True if the JSON must contain the id of a stored volume. False if it must not.
  /// - Throws: ``Problem``. It points to the invalid member, but does not repeat its text.
  init(
    query: [QueryItem], json: [UInt8]? = nil, namesVolume: Bool = false, prompts: PromptReading
  ) throws(Problem) {
    for item in query { try add(item, prompts) }
    if let json { try add(json: json, namesVolume: namesVolume, prompts: prompts) }
  }

  /// Adds the parameters in the JSON to those in the query.
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
