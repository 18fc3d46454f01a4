internal import Formats
internal import OpenInferenceProtocol
internal import StrictJSON

/// The body of `POST /v1/embeddings`, in the format of OpenAI's clients.
struct EmbeddingsBody {
  /// The texts to encode without changes.
  let texts: [String]
  /// The JSON Pointer of each text.
  let pointers: [String]
  private let isBase64: Bool

  /// - Throws: ``Problem``. It points to the invalid member, but does not repeat its text.
  init(_ bytes: [UInt8], model: String) throws(Problem) {
    let object = try RequestReader(parsing: bytes).object(
      optional: ["input", "model", "encoding_format", "user"])
    guard let input = object["input"], input.json.text != nil || input.json.array != nil else {
      throw Problem.wrongKind("/input", "a text or a list of texts")
    }
    let inputs = input.json.text == nil ? try input.elements() : [input]
    texts = try inputs.map { (input) throws(Problem) in try input.text() }
    pointers = inputs.map(\.pointer)
    if let wanted = try object["model"]?.text(),
      ![model, OpenInference.modelAlias].contains(where: { $0.utf8.elementsEqual(wanted.utf8) })
    {
      throw Problem.wrongKind(
        "/model",
        "\(OpenInference.modelAlias), the name of the loaded model as in /v1/info, or absent"
      )
    }
    _ = try object["user"]?.text()
    switch try object["encoding_format"]?.text() ?? "float" {
    case "float": isBase64 = false
    case "base64": isBase64 = true
    default: throw Problem.wrongKind("/encoding_format", "float or base64")
    }
  }

  func json(_ found: [(values: [Float], tokens: Int)], model: String) -> JSON {
    let tokens = JSON.integer(found.reduce(0) { $0 + $1.tokens })
    return [
      "object": "list",
      "data": .array(
        found.enumerated().map { index, text in
          [
            "object": "embedding", "index": .integer(index),
            "embedding": isBase64
              ? .string(base64([UInt8](littleEndian: text.values)))
              : .array(text.values.map(JSON.float)),
          ]
        }),
      "model": .string(model), "usage": ["prompt_tokens": tokens, "total_tokens": tokens],
    ]
  }
}
