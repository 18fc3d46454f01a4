@testable import API

extension OpenInferenceTests {
  /// A request that is refused: with which problem, and at which place.
  struct Refusal: Sendable {
    let json: String
    var tensors: [UInt8] = []
    let type: ProblemType
    let pointer: String?
  }

  static let refusals: [Refusal] = [
    .init(json: "", type: .invalidJSON, pointer: nil),
    .init(json: "[]", type: .invalidValue, pointer: ""),
    .init(json: "{}", type: .missingField, pointer: "/inputs"),
    .init(json: #"{"inputs":{}}"#, type: .invalidValue, pointer: "/inputs"),
    .init(json: #"{"inputs":[1]}"#, type: .invalidValue, pointer: "/inputs/0"),
    .init(json: #"{"inputs":[{}]}"#, type: .invalidValue, pointer: "/inputs/0/name"),
    .init(json: "{\"inputs\":[\(kept)],\"SECRET\":1}", type: .unknownField, pointer: ""),
    .init(json: inputs(#"{"name":"SECRET"}"#), type: .unknownField, pointer: "/inputs/0/name"),
    .init(json: inputs(kept, kept), type: .duplicateField, pointer: "/inputs/1/name"),
    .init(
      json: inputs(kept, input("volume", 1, "binary", 5)), tensors: element([7]),
      type: .invalidValue, pointer: "/inputs"),
    .init(
      json: inputs(input("prompts", 1, "data", #"["gas"]"#)), type: .missingField,
      pointer: "/inputs"),
    .init(
      json: inputs(#"{"name":"volume","shape":[1],"datatype":"UINT8","data":["x"]}"#),
      type: .invalidValue, pointer: "/inputs/0/datatype"),
    .init(
      json: inputs(#"{"name":"volume_id","shape":[1],"data":["x"]}"#),
      type: .invalidValue, pointer: "/inputs/0/datatype"),
    .init(
      json: inputs(input("volume_id", 2, "data", #"["x","y"]"#)), type: .invalidValue,
      pointer: "/inputs/0/shape/0"),
    .init(
      json: inputs(#"{"name":"volume_id","shape":[1,1],"datatype":"BYTES","data":["x"]}"#),
      type: .invalidValue, pointer: "/inputs/0/shape"),
    .init(
      json: inputs(#"{"name":"volume_id","shape":[],"datatype":"BYTES","data":["x"]}"#),
      type: .invalidValue, pointer: "/inputs/0/shape"),
    .init(
      json: inputs(#"{"name":"volume_id","shape":["1"],"datatype":"BYTES","data":["x"]}"#),
      type: .invalidValue, pointer: "/inputs/0/shape/0"),
    .init(
      json: inputs(kept, input("prompts", 2, "data", #"["x"]"#)), type: .invalidValue,
      pointer: "/inputs/1/shape"),
    .init(
      json: inputs(kept, input("prompts", -1, "data", "[]")), type: .invalidValue,
      pointer: "/inputs/1/shape"),
    .init(
      json: inputs(kept, input("prompts", 1, "data", "[7]")), type: .invalidValue,
      pointer: "/inputs/1/data/0"),
    .init(
      json: inputs(kept, input("prompts", 1, "data", #"[["x"]]"#)), type: .invalidValue,
      pointer: "/inputs/1/data/0"),
    .init(
      json: inputs(input("volume", 1, "data", #"["SECRET"]"#)), type: .invalidValue,
      pointer: "/inputs/0/data"),
    .init(
      json: inputs(#"{"name":"volume","shape":[1],"datatype":"BYTES"}"#), type: .invalidValue,
      pointer: "/inputs/0"),
    .init(
      json: inputs(
        #"{"name":"volume_id","shape":[1],"datatype":"BYTES","data":["x"],"parameters":{"binary_data_size":0}}"#
      ), type: .invalidValue, pointer: "/inputs/0"),
    .init(
      json: inputs(
        #"{"name":"volume","shape":[1],"datatype":"BYTES","parameters":{"shared_memory_region":"SECRET"}}"#
      ), type: .unknownField, pointer: "/inputs/0/parameters"),
    // Sizes and lengths that are not what comes.
    .init(
      json: inputs(input("volume", 1, "binary", 6)), tensors: element([7]), type: .invalidValue,
      pointer: "/inputs/0/parameters/binary_data_size"),
    .init(
      json: inputs(input("volume", 1, "binary", -1)), tensors: element([7]), type: .invalidValue,
      pointer: "/inputs/0/parameters/binary_data_size"),
    .init(
      json: inputs(input("volume", 1, "binary", Int.max)), tensors: element([7]),
      type: .invalidValue, pointer: "/inputs/0/parameters/binary_data_size"),
    .init(
      json: inputs(input("volume", 1, "binary", "9223372036854775808")), tensors: element([7]),
      type: .invalidValue, pointer: "/inputs/0/parameters/binary_data_size"),
    .init(
      json: inputs(input("volume", 1, "binary", 4)), tensors: [0, 0, 0, 0, 9],
      type: .malformedRequest, pointer: nil),
    .init(
      json: inputs(input("volume", 1, "binary", 0)), type: .invalidValue, pointer: "/inputs/0"),
    .init(
      json: inputs(input("volume", 1, "binary", 3)), tensors: [0, 0, 0], type: .invalidValue,
      pointer: "/inputs/0"),
    .init(
      json: inputs(input("volume", 1, "binary", 5)), tensors: [0, 0, 0, 0, 9],
      type: .invalidValue, pointer: "/inputs/0"),
    .init(
      json: inputs(input("volume", 1, "binary", 5)), tensors: [255, 255, 255, 255, 9],
      type: .invalidValue, pointer: "/inputs/0"),
    .init(
      json: inputs(kept, input("prompts", 1, "binary", 5)), tensors: [255, 255, 255, 255, 9],
      type: .invalidValue, pointer: "/inputs/1"),
    .init(
      json: inputs(kept, input("prompts", 2, "binary", 7)), tensors: element([65, 66, 67]),
      type: .invalidValue, pointer: "/inputs/1"),
    .init(
      json: inputs(kept, input("prompts", 1, "binary", 8)), tensors: tensor(["", ""]),
      type: .invalidValue, pointer: "/inputs/1"),
    .init(
      json: inputs(kept, input("prompts", 9, "binary", 4)), tensors: tensor([""]),
      type: .tooManyPrompts, pointer: "/inputs/1/shape/0"),
    .init(
      json: inputs(kept, input("prompts", 8, "binary", 4)), tensors: tensor([""]),
      type: .invalidValue, pointer: "/inputs/1"),
    .init(
      json: inputs(kept, input("prompts", 2, "binary", 10)),
      tensors: element([65]) + element([255]),
      type: .invalidValue, pointer: "/inputs/1/data/1"),
    // Outputs and parameters.
    .init(
      json: "{\"inputs\":[\(kept)],\"outputs\":[{\"name\":\"SECRET\"}]}", type: .unknownField,
      pointer: "/outputs/0/name"),
    .init(
      json: "{\"inputs\":[\(kept)],\"outputs\":[{}]}", type: .invalidValue,
      pointer: "/outputs/0/name"),
    .init(
      json: "{\"inputs\":[\(kept)],\"outputs\":[{\"name\":\"scores\"},{\"name\":\"scores\"}]}",
      type: .duplicateField, pointer: "/outputs/1/name"),
    .init(
      json:
        "{\"inputs\":[\(kept)],\"outputs\":[{\"name\":\"scores\",\"parameters\":{\"classification\":2}}]}",
      type: .unknownField, pointer: "/outputs/0/parameters"),
    .init(
      json:
        "{\"inputs\":[\(kept)],\"outputs\":[{\"name\":\"scores\",\"parameters\":{\"binary_data\":1}}]}",
      type: .invalidValue, pointer: "/outputs/0/parameters/binary_data"),
    .init(
      json: "{\"inputs\":[\(kept)],\"parameters\":{\"SECRET\":2}}", type: .unknownField,
      pointer: "/parameters"),
    .init(json: "{\"inputs\":[\(kept)],\"id\":7}", type: .invalidValue, pointer: "/id"),
  ]
}
