internal import Formats
package import HTTP
package import StrictJSON

/// The response to an inference request. Each tensor is inside the JSON or follows it in binary form.
package struct OpenInferenceResponse {
  private let modelName: String
  private let modelVersion: String
  private let id: String?
  private let parameters: JSON
  private let tensors: [OpenInference.Output: Tensor]

  /// Makes a response.
  ///
  /// - Parameters:
  ///   - id: The request's `id`, repeated unchanged.
  ///   - parameters: Additional values, which must be texts or numbers.
  ///   - scores: The score of each prompt, in the order of the prompts.
  ///   - labels: The label of each prompt, in the order of the prompts.
  ///   - embedding: The volume's embedding v, `[C]`.
  package init(
    modelName: String, modelVersion: String, id: String?, parameters: JSON, scores: [Float],
    labels: [String], embedding: [Float]
  ) {
    self.modelName = modelName
    self.modelVersion = modelVersion
    self.id = id
    self.parameters = parameters
    tensors = [
      .scores: .floats(scores, shape: [scores.count]),
      .volumeEmbedding: .floats(embedding, shape: [1, embedding.count]),
      .labels: .texts(labels),
    ]
  }

  /// Returns the HTTP response with the given outputs. If any output is binary, the body is JSON followed by the
  /// tensors, and the header ``OpenInferenceBody/lengthHeader`` is set.
  package func response(_ outputs: [OpenInferenceRequest.WantedOutput]) -> Response {
    var binary: [UInt8] = []
    let described = outputs.compactMap { wanted -> JSON? in
      guard let tensor = tensors[wanted.output] else { return nil }
      let bytes = wanted.isBinary ? tensor.bytes : []
      binary += bytes
      return [
        "name": .string(wanted.output.rawValue), "datatype": .string(tensor.datatype),
        "shape": .array(tensor.shape.map(JSON.integer)),
        "parameters": wanted.isBinary ? ["binary_data_size": .integer(bytes.count)] : nil,
        "data": wanted.isBinary ? nil : tensor.data,
      ]
    }
    let document: JSON = [
      "model_name": .string(modelName), "model_version": .string(modelVersion),
      "id": id.map(JSON.string), "parameters": parameters, "outputs": .array(described),
    ]
    let json = document.bytes
    guard outputs.contains(where: \.isBinary) else {
      return Response(status: 200, headers: ["Content-Type": "application/json"], body: json)
    }
    return Response(
      status: 200,
      headers: [
        "Content-Type": "application/octet-stream",
        OpenInferenceBody.lengthHeader: String(json.count),
      ], body: json + binary)
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

    /// The elements in binary form, little-endian and without gaps. A text is its length in four bytes, followed by its
    /// UTF-8 bytes.
    var bytes: [UInt8] {
      switch self {
      case .floats(let values, _): [UInt8](littleEndian: values)
      case .texts(let texts):
        texts.flatMap { text in
          // The length always fits into four bytes, because the length of a prompt is limited.
          [UInt8](littleEndian: UInt32(truncatingIfNeeded: text.utf8.count)) + Array(text.utf8)
        }
      }
    }
  }
}
