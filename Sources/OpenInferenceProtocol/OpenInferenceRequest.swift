internal import StrictJSON

/// A parsed inference request: its volume, prompts and requested outputs.
package struct OpenInferenceRequest {
  /// The request's `id`, which the response repeats.
  package let id: String?
  package let volume: OpenInferenceInputs.Volume
  /// The texts of the input tensor `prompts`.
  package let prompts: [OpenInferenceInputs.Text]
  /// The name of a prompt set. Its prompts come after ``prompts``.
  package let promptSet: String?
  /// Whether to store the volume; nil to use the service's default.
  package let persists: Bool?
  /// The requested outputs in order.
  package var outputs: [WantedOutput]
  /// True if the request lists its outputs. Otherwise all outputs are returned.
  package let namesOutputs: Bool

  package struct WantedOutput: Equatable, Sendable {
    package let output: OpenInference.Output
    /// True to return the tensor in binary form after the JSON. False to return it inside the JSON.
    package let isBinary: Bool
  }

  /// Parses a request.
  ///
  /// - Parameter promptLimit: Maximum number of elements of the input `prompts`.
  /// - Throws: ``OpenInferenceError``. It contains JSON Pointers, but no text from the JSON.
  package init(_ body: OpenInferenceBody, promptLimit: Int) throws(OpenInferenceError) {
    let json = try body.json()
    let object = try TensorReader(parsing: json).object(
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

  private static func id(_ object: TensorReader) throws(OpenInferenceError) -> String? {
    guard let id = try object["id"]?.text() else { return nil }
    guard id.utf8.count <= OpenInference.idByteLimit else {
      throw .idTooLong(limit: OpenInference.idByteLimit, actual: id.utf8.count)
    }
    return id
  }

  /// Returns the listed outputs, or all outputs if the list is empty.
  private static func outputs(
    _ named: [TensorReader], isBinary: Bool
  ) throws(OpenInferenceError) -> [WantedOutput] {
    guard !named.isEmpty else {
      return OpenInference.Output.allCases.map { WantedOutput(output: $0, isBinary: isBinary) }
    }
    var wanted: [WantedOutput] = []
    for element in named {
      let output = try element.object(optional: ["name", "parameters"])
      let parameters = try output["parameters"]?.object(optional: ["binary_data"])
      let name: OpenInference.Output = try output.tensorName()
      guard !wanted.contains(where: { $0.output == name }) else {
        throw .repeatedOutput(pointer: output.place(of: "name"))
      }
      wanted.append(
        WantedOutput(
          output: name, isBinary: try parameters?["binary_data"]?.bool() ?? isBinary))
    }
    return wanted
  }
}

/// Reads a value in a request's JSON and knows its JSON Pointer.
typealias TensorReader = JSONReader<OpenInferenceError>

extension OpenInferenceError {
  static func unfit(_ pointer: String, _ wanted: String) -> OpenInferenceError {
    .json(.unfit(pointer: pointer, wanted: wanted))
  }
}

extension TensorReader {
  /// Returns the tensor whose name is the value of the member `name`.
  func tensorName<Tensor>() throws(OpenInferenceError) -> Tensor
  where Tensor: RawRepresentable & CaseIterable, Tensor.RawValue == String {
    guard let name = try self["name"]?.text() else {
      throw .unfit(place(of: "name"), "the name of a tensor")
    }
    guard let tensor = Tensor(rawValue: name) else {
      throw .unknownTensor(pointer: place(of: "name"), known: Tensor.allCases.map(\.rawValue))
    }
    return tensor
  }
}
