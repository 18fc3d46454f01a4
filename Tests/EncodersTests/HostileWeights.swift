import TestSupport
import Testing

@testable import Encoders

/// A `model.safetensors` that must be refused.
struct HostileWeights: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Parts of the refusal's text, besides the file's name.
  let names: [String]
  /// The whole file.
  let bytes: @Sendable () throws -> [UInt8]

  /// A file with any bytes.
  static func raw(_ description: String, _ bytes: [UInt8], names: [String] = []) -> Self {
    Self(testDescription: description, names: names) { bytes }
  }

  /// A file with a header of `members` and 8 bytes for its tensors, which `tensor` needs by default.
  static func header(_ description: String, _ members: String, names: [String] = ["tensor a"])
    -> Self
  {
    raw(
      description,
      ModelTensorFile.bytes(header: "{\(members)}", data: Array(repeating: 1, count: 8)),
      names: names)
  }

  /// The text of one tensor's entry.
  static func tensor(
    _ name: String = "a", dtype: String = #""F32""#, shape: String = "[2]",
    offsets: String = "[0,8]"
  ) -> String {
    #""\#(name)":{"dtype":\#(dtype),"shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  /// A file that is cut off, lies about its length or is something else (tables L1 and L9).
  static let containers: [HostileWeights] = [
    raw("empty", [], names: ["0 bytes"]),
    raw("one byte", [0x7b], names: ["1 bytes"]),
    raw("7 bytes", Array(repeating: 0, count: 7), names: ["7 bytes"]),
    raw("8 bytes, header of 0", Array(repeating: 0, count: 8), names: ["header", "0 bytes"]),
    raw("header of 1", [1, 0, 0, 0, 0, 0, 0, 0, 0x7b], names: ["header", "1 bytes"]),
    raw(
      "header one byte longer than the file", [3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d],
      names: ["header"]),
    raw(
      "header of 100 000 001", [0x01, 0xe1, 0xf5, 0x05, 0, 0, 0, 0, 0x7b, 0x7d],
      names: ["100000001"]),
    raw(
      "header of Int.max", Array(repeating: 0xff, count: 7) + [0x7f, 0x7b, 0x7d], names: ["header"]),
    raw(
      "header of UInt64.max", Array(repeating: 0xff, count: 8) + [0x7b, 0x7d], names: ["header"]),
    raw("JSON without the length", Array("{\"__metadata__\":{}}".utf8), names: ["header"]),
    raw(
      "header that is no JSON", ModelTensorFile.bytes(header: "nonsense", data: []), names: ["JSON"]
    ),
    raw(
      "header in UTF-16", ModelTensorFile.bytes(header: "{\u{0}}\u{0}", data: []), names: ["JSON"]),
    raw("header with a tail", ModelTensorFile.bytes(header: "{} x", data: []), names: ["JSON"]),
    raw(
      "header with a trailing comma", ModelTensorFile.bytes(header: "{\(tensor()),}", data: []),
      names: ["JSON"]),
    raw(
      "header 17 deep",
      ModelTensorFile.bytes(header: #"{"a":"# + String(repeating: "[", count: 16), data: []),
      names: ["JSON"]),
    raw("header that is a list", ModelTensorFile.bytes(header: "[]", data: []), names: ["object"]),
    raw("header that is null", ModelTensorFile.bytes(header: "null", data: []), names: ["object"]),
    raw(
      "zip archive", [0x50, 0x4b, 3, 4] + Array(repeating: 0, count: 60),
      names: ["PyTorch", "convert.py"]),
    raw("pickle 2", [0x80, 2] + Array(repeating: 0, count: 60), names: ["PyTorch", "convert.py"]),
    raw("pickle 3", [0x80, 3] + Array(repeating: 0, count: 60), names: ["PyTorch"]),
    raw("pickle 4", [0x80, 4, 0x95] + Array(repeating: 0, count: 60), names: ["PyTorch"]),
    raw("pickle 5", [0x80, 5, 0x95] + Array(repeating: 0, count: 60), names: ["PyTorch"]),
    raw("gzip", [0x1f, 0x8b, 8] + Array(repeating: 0, count: 60), names: ["header"]),
    raw(
      "HDF5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] + Array(repeating: 0, count: 60),
      names: ["header"]),
  ]

  /// Headers that are JSON and yet wrong (table L2).
  static let headers: [HostileWeights] = [
    header("duplicate tensor", tensor() + "," + tensor(), names: ["duplicateKey"]),
    header(
      "duplicate tensor, escaped", tensor() + "," + tensor(#"\u0061"#), names: ["duplicateKey"]),
    header(
      "duplicate member", #""a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}"#,
      names: ["duplicateKey"]),
    header(
      "overlap", tensor() + "," + tensor("b", shape: "[1]", offsets: "[4,8]"), names: ["overlaps"]),
    header("same bytes twice", tensor() + "," + tensor("b"), names: ["overlaps"]),
    header(
      "hole at the start", tensor(shape: "[1]", offsets: "[4,8]"), names: ["tensor a", "hole"]),
    header(
      "hole between",
      tensor(dtype: #""F16""#, shape: "[1]", offsets: "[0,2]") + ","
        + tensor("b", shape: "[1]", offsets: "[4,8]"), names: ["tensor b", "hole"]),
    header("bytes left over", tensor(shape: "[1]", offsets: "[0,4]"), names: ["4 bytes"]),
    header("no tensors for the bytes", #""__metadata__":{}"#, names: ["0 bytes"]),
    header("beyond the end", tensor(shape: "[3]", offsets: "[0,12]"), names: ["12 bytes"]),
    header(
      "far beyond the end",
      tensor(dtype: #""F16""#, shape: "[4611686018427387903]", offsets: "[0,9223372036854775806]"),
      names: ["9223372036854775806"]),
    header("shape larger than the offsets", tensor(shape: "[3]")),
    header("shape smaller than the offsets", tensor(shape: "[1]")),
    header("product beyond Int", tensor(shape: "[4294967296,4294967296,4]")),
    header("product beyond Int by the width", tensor(shape: "[4611686018427387904]")),
    header("product that wraps to 8", tensor(shape: "[2,9223372036854775809]")),
    header("product beyond Int times nothing", tensor(shape: "[4294967296,4294967296,0]")),
    header("negative extent", tensor(shape: "[-2]")),
    header("two negative extents", tensor(shape: "[-1,-2]")),
    header("extent beyond Int", tensor(shape: "[9223372036854775808]")),
    header("extent with a fraction", tensor(shape: "[2.0]")),
    header("extent with an exponent", tensor(shape: "[2e0]")),
    header("extent as text", tensor(shape: #"["2"]"#)),
    header("extent null", tensor(shape: "[null]")),
    header("shape as a number", tensor(shape: "2")),
    header("nine axes", tensor(shape: "[2,1,1,1,1,1,1,1,1]")),
    header("offsets reversed", tensor(offsets: "[8,0]")),
    header("one offset", tensor(offsets: "[0]")),
    header("three offsets", tensor(offsets: "[0,8,8]")),
    header("a negative offset", tensor(offsets: "[-8,0]")),
    header("offset with a fraction", tensor(offsets: "[0,8.0]")),
    header("offset beyond Int", tensor(offsets: "[0,18446744073709551616]")),
    header("offsets as text", tensor(offsets: #""0,8""#)),
    header("entry is a list", #""a":[]"#),
    header("entry is null", #""a":null"#),
    header("entry lacks dtype", #""a":{"shape":[2],"data_offsets":[0,8]}"#),
    header("entry lacks shape", #""a":{"dtype":"F32","data_offsets":[0,8]}"#),
    header("entry lacks offsets", #""a":{"dtype":"F32","shape":[2]}"#),
    header(
      "entry has a fourth member", #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}"#),
    header("dtype is a number", tensor(dtype: "32")),
    header("metadata is a list", #""__metadata__":[],"# + tensor(), names: ["__metadata__"]),
    header("metadata is a text", #""__metadata__":"x","# + tensor(), names: ["__metadata__"]),
  ]
}
