import Foundation
import StrictJSON
import TestSupport
import Testing

/// The body of an inference request, written byte by byte.
struct InferenceBody {
  enum Input {
    case texts(String, [String])
    case binaryTexts(String, [String])
    case file(String, [UInt8])
  }

  let inputs: [Input]
  /// Further members of the JSON, with the comma before them.
  var more = ""

  init(_ inputs: [Input]) { self.inputs = inputs }

  private var json: [UInt8] {
    let described = inputs.map { input in
      switch input {
      case .texts(let name, let texts):
        Self.describe(name, texts.count) + #","data":"#
          + String(decoding: JSON.array(texts.map(JSON.string)).bytes, as: UTF8.self) + "}"
      case .binaryTexts(let name, let texts):
        Self.describe(name, texts.count) + Self.size(of: input)
      case .file(let name, _): Self.describe(name, 1) + Self.size(of: input)
      }
    }
    return Array("{\"inputs\":[\(described.joined(separator: ","))]\(more)}".utf8)
  }

  private static func describe(_ name: String, _ count: Int) -> String {
    #"{"name":"\#(name)","shape":[\#(count)],"datatype":"BYTES""#
  }

  private static func size(of input: Input) -> String {
    #","parameters":{"binary_data_size":\#(tensor(input).count)}}"#
  }

  private static func tensor(_ input: Input) -> [UInt8] {
    switch input {
    case .texts: []
    case .binaryTexts(_, let texts): texts.flatMap { element(Array($0.utf8)) }
    case .file(_, let bytes): element(bytes)
    }
  }

  private static func element(_ bytes: [UInt8]) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
  }

  var bytes: [UInt8] { json + inputs.flatMap(Self.tensor) }

  var headers: [String] {
    let isBinary = inputs.contains { if case .texts = $0 { false } else { true } }
    return isBinary ? ["Inference-Header-Content-Length: \(json.count)"] : []
  }
}

/// The answer to one, read byte by byte.
struct InferenceResult {
  let json: JSONObject
  let outputs: [String: JSON]
  let isBinary: Bool
  private let tensors: [String: [UInt8]]
  private let answer: RawAnswer

  init(_ answer: RawAnswer) throws {
    try #require(answer.status == 200, "\(answer.text)")
    let length = answer.header("Inference-Header-Content-Length").flatMap { Int($0) }
    isBinary = length != nil
    #expect(
      answer.header("Content-Type") == (isBinary ? "application/octet-stream" : "application/json"))
    let parsed = try JSON(parsing: answer.body.prefix(length ?? answer.body.count))
    guard case .object(let object) = parsed else { throw JSONError.syntax(offset: 0) }
    json = object
    self.answer = answer
    var rest = answer.body.dropFirst(length ?? answer.body.count)
    var (outputs, tensors): ([String: JSON], [String: [UInt8]]) = ([:], [:])
    for output in object["outputs"]?.elements ?? [] {
      let name = try #require(output["name"]?.text)
      outputs[name] = output
      guard let size = output["parameters"]?["binary_data_size"]?.number else { continue }
      tensors[name] = Array(rest.prefix(Int(size)))
      rest = rest.dropFirst(Int(size))
    }
    #expect(rest.isEmpty)
    (self.outputs, self.tensors) = (outputs, tensors)
  }

  func header(_ name: String) -> String? { answer.header(name) }

  /// Numbers as the shortest digits read back, whichever form they came in.
  func floats(_ name: String) throws -> [Double] {
    guard let tensor = tensors[name] else {
      return try #require(outputs[name]?["data"]).elements.compactMap(\.number)
    }
    return stride(from: 0, to: tensor.count, by: 4).compactMap { start in
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(tensor[start + $1]) << (8 * $1) }
      return Double(Float(bitPattern: bits).description)
    }
  }

  func texts(_ name: String) throws -> [String] {
    guard let tensor = tensors[name] else {
      return try #require(outputs[name]?["data"]).elements.compactMap(\.text)
    }
    var texts: [String] = []
    var rest = tensor[...]
    while rest.count >= 4 {
      let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      texts.append(String(decoding: rest.dropFirst(4).prefix(count), as: UTF8.self))
      rest = rest.dropFirst(4 + count)
    }
    return texts
  }
}

extension RunningService {
  func infer(
    _ body: InferenceBody, _ model: String = "/v2/models/brgsa"
  ) async throws -> RawAnswer {
    try await answer(
      "POST", "\(model)/infer", type: "application/octet-stream", body: body.bytes,
      headers: body.headers)
  }
}
