package import HTTP
package import StrictJSON

/// The Open Inference Protocol v2 over HTTP, as in KServe and Triton. It serves one model with named tensors.
///
/// - Source: https://github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md.
package enum OpenInference {
  /// The first segment of every path of the protocol.
  package static let area = "v2"
  /// An alias for every model, so that clients need not know which model is loaded.
  package static let modelAlias = "brgsa"
  /// Maximum size in bytes of a request's `id`. The response repeats the id.
  package static let idByteLimit = 256
  /// The datatype of tensors whose elements are byte sequences.
  static let bytes = "BYTES"
  /// The datatype of tensors whose elements are single-precision floats.
  static let floats = "FP32"

  /// Returns true if a request uses this protocol.
  package static func isMeant(by head: RequestHead) -> Bool {
    head.routePattern == "/\(area)" || head.routePattern.hasPrefix("/\(area)/")
  }

  /// An input tensor of a request.
  enum Input: String, CaseIterable {
    case volume
    case volumeID = "volume_id"
    case prompts

    /// The required number of elements; nil for any number.
    var elementCount: Int? { self == .prompts ? nil : 1 }
  }

  /// An output tensor of a response.
  package enum Output: String, CaseIterable {
    case scores
    case volumeEmbedding = "volume_embedding"
    case labels
  }

  /// Returns the metadata of the server.
  package static func server(version: String) -> JSON {
    ["name": "brgsa", "version": .string(version), "extensions": ["binary_tensor_data"]]
  }

  /// Returns the metadata of the model. In shapes, −1 means any number.
  ///
  /// - Parameter components: C, the number of components of an embedding.
  package static func model(name: String, version: String, components: Int) -> JSON {
    let inputs = Input.allCases.map { input in
      tensor(input.rawValue, bytes, [input.elementCount ?? -1])
    }
    let outputs = Output.allCases.map { output in
      switch output {
      case .scores: tensor(output.rawValue, floats, [-1])
      case .volumeEmbedding: tensor(output.rawValue, floats, [1, components])
      case .labels: tensor(output.rawValue, bytes, [-1])
      }
    }
    return [
      "name": .string(name), "versions": [.string(version)], "platform": "brgsa",
      "inputs": .array(inputs), "outputs": .array(outputs),
    ]
  }

  private static func tensor(_ name: String, _ datatype: String, _ shape: [Int]) -> JSON {
    [
      "name": .string(name), "datatype": .string(datatype),
      "shape": .array(shape.map(JSON.integer)),
    ]
  }
}
