internal import Archives
internal import Calibrations
internal import Embeddings
internal import Encoders
internal import Formats
internal import HTTP
internal import Inference
internal import StrictJSON
internal import Volumes

/// The answer to an inference request: tensors in its JSON, or behind it.
struct OpenInferenceAnswer {
  let diagnosis: Diagnosis
  let model: LoadedModel
  /// Given back as it came.
  let id: String?
  let outputs: [OpenInferenceRequest.WantedOutput]

  /// JSON alone, or JSON with binary tensors behind it and ``OpenInferenceBody/lengthHeader``.
  func response() -> Response {
    var tensors: [UInt8] = []
    let described = outputs.map { wanted in
      let tensor = tensor(wanted.output)
      let bytes = wanted.isBinary ? tensor.bytes : []
      tensors += bytes
      return [
        "name": .string(wanted.output.rawValue), "datatype": .string(tensor.datatype),
        "shape": .array(tensor.shape.map(JSON.integer)),
        "parameters": wanted.isBinary ? ["binary_data_size": .integer(bytes.count)] : nil,
        "data": wanted.isBinary ? nil : tensor.data,
      ] as JSON
    }
    let json = json(described).bytes
    guard outputs.contains(where: \.isBinary) else {
      return Response(status: 200, headers: ["Content-Type": ServiceAPI.json], body: json)
    }
    return Response(
      status: 200,
      headers: [
        "Content-Type": "application/octet-stream",
        OpenInferenceBody.lengthHeader: String(json.count),
      ], body: json + tensors)
  }

  private func json(_ outputs: [JSON]) -> JSON {
    let configuration = model.model.configuration
    return [
      "model_name": .string(configuration.name), "model_version": .string(configuration.version),
      "id": id.map(JSON.string), "parameters": parameters, "outputs": .array(outputs),
    ]
  }

  /// What no tensor says, and must be said all the same; parameters are texts and numbers by protocol.
  private var parameters: JSON {
    let warnings = diagnosis.volume.description.warnings.map(\.code).joined(separator: ",")
    return [
      "volume_id": .string(diagnosis.volume.id), "warnings": .string(warnings),
      "notice": .string(model.notice),
    ]
  }

  /// The findings come best first; tensors have them in the order of the prompts.
  private var findings: [Finding] { diagnosis.findings.sorted { $0.index < $1.index } }

  private func tensor(_ output: OpenInference.Output) -> Tensor {
    switch output {
    case .scores: return .floats(findings.map(\.score), shape: [findings.count])
    case .volumeEmbedding:
      let values = diagnosis.volume.embedding.direct.values
      return .floats(values, shape: [1, values.count])
    case .labels: return .texts(findings.map(\.prompt.label))
    }
  }

  private enum Tensor {
    case floats([Float], shape: [Int])
    case texts([String])

    var datatype: String {
      switch self {
      case .floats: OpenInference.floats
      case .texts: OpenInference.bytes
      }
    }

    var shape: [Int] {
      switch self {
      case .floats(_, let shape): shape
      case .texts(let texts): [texts.count]
      }
    }

    var data: JSON {
      switch self {
      case .floats(let values, _): .array(values.map(JSON.float))
      case .texts(let texts): .array(texts.map(JSON.string))
      }
    }

    /// Little-endian, without gaps; a text is its length in four bytes and then its bytes.
    var bytes: [UInt8] {
      switch self {
      case .floats(let values, _): Array(littleEndian: values)
      case .texts(let texts):
        texts.flatMap { text in
          let bytes = Array(text.utf8)
          // No prompt is longer than its limit, so that four bytes always hold its length.
          return Array(littleEndian: UInt32(truncatingIfNeeded: bytes.count)) + bytes
        }
      }
    }
  }
}
