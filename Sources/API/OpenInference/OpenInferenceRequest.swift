internal import HTTP
internal import StrictJSON

/// A request for an inference, read: which volume, which prompts, and which tensors in which form.
struct OpenInferenceRequest {
  /// Given back with the answer.
  let id: String?
  let volume: OpenInferenceInputs.Volume
  /// The texts of the input `prompts`.
  let prompts: [OpenInferenceInputs.Text]
  /// A prompt set whose prompts come behind them.
  let promptSet: String?
  /// Whether the volume is to be kept, if the request says.
  let persists: Bool?
  /// What is wanted, in this order.
  private(set) var outputs: [WantedOutput]
  /// Whether the request names its outputs; else all are wanted.
  let namesOutputs: Bool

  struct WantedOutput: Equatable {
    let output: OpenInference.Output
    /// Behind the JSON instead of in it.
    let isBinary: Bool
  }

  /// - Parameter promptLimit: Most prompts of the tensor.
  /// - Throws: ``Problem``, with a pointer into the JSON and never with its text.
  init(_ body: OpenInferenceBody, promptLimit: Int) throws {
    let json = try body.json()
    let object = try RequestObject(
      parsing: json, members: ["id", "parameters", "inputs", "outputs"])
    let parameters = try object.object(
      "parameters", members: ["binary_data_output", "prompt_set", "persist"])
    id = try Self.id(object)
    promptSet = try parameters?.string("prompt_set")
    persists = try parameters?.bool("persist")
    let isBinary = try parameters?.bool("binary_data_output") ?? false
    outputs = try Self.outputs(object, isBinary: isBinary)
    namesOutputs = try !(object.array("outputs") ?? []).isEmpty
    let inputs = try OpenInferenceInputs(
      object.array("inputs") ?? [], body, memoryLeft: body.byteLimit - json.count,
      promptLimit: promptLimit)
    volume = try inputs.volume()
    prompts = inputs.prompts
  }

  /// Leaves the embedding of a stored volume to clients that may read what is stored.
  ///
  /// - Throws: ``Problem`` `insufficient-scope` if the request names that output.
  mutating func limitOutputs(to head: RequestHead) throws(Problem) {
    guard case .kept = volume, !head.scopes.contains(.read),
      let place = outputs.firstIndex(where: { $0.output == .volumeEmbedding })
    else { return }
    if namesOutputs { try ServiceAPI.requireMayRead(head, at: "/outputs/\(place)") }
    outputs.remove(at: place)
  }

  private static func id(_ object: RequestObject) throws(Problem) -> String? {
    guard let id = try object.string("id") else { return nil }
    guard id.utf8.count <= OpenInference.idByteLimit else {
      throw Problem(
        .textTooLong,
        "The id has \(id.utf8.count) bytes, at most \(OpenInference.idByteLimit) are taken.",
        limit: .integer(OpenInference.idByteLimit), actual: .integer(id.utf8.count)
      ).at("/id")
    }
    return id
  }

  /// Those that are named, or all.
  private static func outputs(
    _ object: RequestObject, isBinary: Bool
  ) throws(Problem) -> [WantedOutput] {
    guard let elements = try object.array("outputs"), !elements.isEmpty else {
      return OpenInference.Output.allCases.map { WantedOutput(output: $0, isBinary: isBinary) }
    }
    var wanted: [WantedOutput] = []
    for (index, element) in elements.enumerated() {
      let output = try RequestObject(
        element, at: "/outputs/\(index)", members: ["name", "parameters"])
      let parameters = try output.object("parameters", members: ["binary_data"])
      let name: OpenInference.Output = try output.tensorName()
      guard !wanted.contains(where: { $0.output == name }) else {
        throw Problem(.duplicateField, "An output is named more than once.").at(
          output.place(of: "name"))
      }
      wanted.append(
        WantedOutput(
          output: name, isBinary: try parameters?.bool("binary_data") ?? isBinary))
    }
    return wanted
  }
}

extension RequestObject {
  /// The tensor that `name` names.
  func tensorName<Tensor>() throws(Problem) -> Tensor
  where Tensor: RawRepresentable & CaseIterable, Tensor.RawValue == String {
    guard let name = try string("name") else {
      throw Problem.wrongKind(place(of: "name"), "the name of a tensor")
    }
    guard let tensor = Tensor(rawValue: name) else {
      let known = Tensor.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem(.unknownField, "A tensor is unknown; known are \(known).").at(
        place(of: "name"))
    }
    return tensor
  }
}
