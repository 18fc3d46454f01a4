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
  init(_ body: OpenInferenceBody, promptLimit: Int) throws(Problem) {
    let json = try body.json()
    let object = try RequestReader(parsing: json).object(
      optional: ["id", "parameters", "inputs", "outputs"])
    let parameters = try object["parameters"]?.object(
      optional: ["binary_data_output", "prompt_set", "persist"])
    id = try Self.id(object)
    promptSet = try parameters?["prompt_set"]?.text()
    persists = try parameters?["persist"]?.bool()
    let isBinary = try parameters?["binary_data_output"]?.bool() ?? false
    let named = try object["outputs"]?.elements() ?? []
    outputs = try Self.outputs(named, isBinary: isBinary)
    namesOutputs = !named.isEmpty
    let inputs = try OpenInferenceInputs(
      object["inputs"]?.elements() ?? [], body, memoryLeft: body.byteLimit - json.count,
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

  private static func id(_ object: RequestReader) throws(Problem) -> String? {
    guard let id = try object["id"]?.text() else { return nil }
    guard id.utf8.count <= OpenInference.idByteLimit else {
      throw Problem(
        .textTooLong,
        "The id has \(id.utf8.count) bytes; the limit is \(OpenInference.idByteLimit).",
        limit: .integer(OpenInference.idByteLimit), actual: .integer(id.utf8.count)
      ).at("/id")
    }
    return id
  }

  /// Those that are named, or all.
  private static func outputs(
    _ named: [RequestReader], isBinary: Bool
  ) throws(Problem) -> [WantedOutput] {
    guard !named.isEmpty else {
      return OpenInference.Output.allCases.map { WantedOutput(output: $0, isBinary: isBinary) }
    }
    var wanted: [WantedOutput] = []
    for element in named {
      let output = try element.object(optional: ["name", "parameters"])
      let parameters = try output["parameters"]?.object(optional: ["binary_data"])
      let name: OpenInference.Output = try output.tensorName()
      guard !wanted.contains(where: { $0.output == name }) else {
        throw Problem(.duplicateField, "An output is named more than once.").at(
          output.place(of: "name"))
      }
      wanted.append(
        WantedOutput(
          output: name, isBinary: try parameters?["binary_data"]?.bool() ?? isBinary))
    }
    return wanted
  }
}

extension RequestReader {
  /// The tensor that `name` names.
  func tensorName<Tensor>() throws(Problem) -> Tensor
  where Tensor: RawRepresentable & CaseIterable, Tensor.RawValue == String {
    guard let name = try self["name"]?.text() else {
      throw Problem.wrongKind(place(of: "name"), "the name of a tensor")
    }
    guard let tensor = Tensor(rawValue: name) else {
      let known = Tensor.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem(.unknownField, "A tensor is unknown; allowed are \(known).").at(
        place(of: "name"))
    }
    return tensor
  }
}
