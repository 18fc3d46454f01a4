internal import StrictJSON

/// `POST /v1/embeddings` in the shape that OpenAI's clients speak.
struct EmbeddingsBody {
  /// The texts to encode, unchanged.
  let texts: [String]
  /// The place of each in the request.
  let pointers: [String]
  private let isBase64: Bool

  /// - Throws: ``Problem``, with a pointer and never with a text.
  init(_ bytes: [UInt8], model: String) throws(Problem) {
    let object = try RequestObject(
      parsing: bytes, members: ["input", "model", "encoding_format", "user"])
    switch object["input"] {
    case .string(let text)?:
      texts = [text]
      pointers = ["/input"]
    case .array(let values)?:
      var texts: [String] = []
      for (index, value) in values.enumerated() {
        texts.append(try RequestObject.string(value, "/input/\(index)"))
      }
      self.texts = texts
      pointers = texts.indices.map { "/input/\($0)" }
    default: throw Problem.wrongKind("/input", "a text or a list of texts")
    }
    if let wanted = try object.string("model"),
      ![model, OpenInference.modelAlias].contains(where: { $0.utf8.elementsEqual(wanted.utf8) })
    {
      throw Problem.wrongKind(
        "/model",
        "\(OpenInference.modelAlias), the name of the model in use, which /v1/info states, or nothing"
      )
    }
    _ = try object.string("user")
    switch try object.string("encoding_format") ?? "float" {
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
              ? .string(Base64.text(text.values.littleEndianBytes))
              : .array(text.values.map(JSON.float)),
          ]
        }),
      "model": .string(model), "usage": ["prompt_tokens": tokens, "total_tokens": tokens],
    ]
  }
}
