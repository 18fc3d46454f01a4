import Glibc
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Hostile weights") struct HostileWeightsTests {
  let weights: ModelTensorFile

  /// A matrix that the model needs, and a vector.
  static let matrix = "img_encoder.model.blocks.1.mlp.fc1.weight"
  static let vector = "text_encoder.emb_global.bias"

  init() throws { weights = try ModelTensorFile(fixture: "tiny-model/model.safetensors") }

  @Test(
    "A damaged container is refused with its file and reason",
    arguments: HostileWeights.containers + HostileWeights.headers)
  func containers(_ hostile: HostileWeights) throws {
    let folder = try ModelFolder(replacing: ["model.safetensors": try hostile.bytes()])
    let error = try #require(TinyModel.refusal(folder))
    guard case .container(file: "model.safetensors", let reason) = error else {
      Issue.record("\(error)")
      return
    }
    for name in hostile.names { #expect(reason.contains(name), "\(reason)") }
    #expect("\(error)".hasPrefix("model.safetensors: "))
  }

  @Test("A damaged self-test file is refused by its own name") func selfTestContainer() throws {
    for hostile in HostileWeights.containers {
      let folder = try ModelFolder(replacing: ["selftest.safetensors": try hostile.bytes()])
      guard case .container(file: "selftest.safetensors", _) = TinyModel.refusal(folder) else {
        Issue.record("\(hostile.testDescription)")
        continue
      }
    }
  }

  @Test("Padding, empty metadata and any order of members are no fault") func harmlessHeaders()
    throws
  {
    var file = weights
    file.metadata = []
    file.entries.reverse()
    _ = try TinyModel.load(ModelFolder(weights: file))
    let spaced = ModelTensorFile.bytes(
      header: "  {\(HostileWeights.tensor())}\n  ", data: Array(repeating: 1, count: 8))
    #expect(try SafetensorsFile.reading(spaced) { try $0.take("a", shape: [2]) }.count == 2)
  }

  @Test("Each missing tensor is named with the wanted shape") func missing() throws {
    for entry in weights.entries.enumerated().filter({ $0.offset % 9 == 0 }).map(\.element) {
      var file = weights
      file[entry.name] = nil
      #expect(
        TinyModel.refusal(try ModelFolder(weights: file))
          == .tensor(file: "model.safetensors", name: entry.name, .missing(wanted: entry.shape)))
    }
  }

  @Test("A tensor too many is named") func unexpected() throws {
    var file = weights
    for name in [
      "zz", "text_encoder.model.pooler.dense.weight", "img_encoder.model.blocks.3.norm1.bias",
    ] {
      file = weights
      file[name] = ModelTensorFile.Entry(name: name, floats: [1, 2], shape: [2])
      let error = TinyModel.refusal(try ModelFolder(weights: file))
      #expect(error == .tensor(file: "model.safetensors", name: name, .unexpected))
      #expect(error?.description.contains(name) == true)
    }
  }

  @Test("Another shape of the same size is refused with wanted and found") func shapes() throws {
    let wanted = try weights.shape(Self.matrix)
    for found in [wanted.reversed(), [wanted.reduce(1, *)], wanted + [1], [1] + wanted] as [[Int]] {
      var file = weights
      file[Self.matrix]?.shape = found
      let error = TinyModel.refusal(try ModelFolder(weights: file))
      #expect(
        error
          == .tensor(
            file: "model.safetensors", name: Self.matrix, .shape(wanted: wanted, found: found)))
      #expect(error?.description.contains("\(found), wanted \(wanted)") == true)
    }
  }

  @Test("Formats that are not read are named, those known and those unknown") func formats() throws
  {
    let entry = try #require(weights[Self.vector])
    for (format, width) in [
      ("F64", 8), ("I64", 8), ("I32", 4), ("U8", 1), ("BOOL", 1), ("F8_E4M3", 1), ("f32", 4),
      ("", 4),
    ] {
      var file = weights
      file[Self.vector] = ModelTensorFile.Entry(
        name: Self.vector, format: format, shape: entry.shape,
        bytes: Array(repeating: 0, count: width * entry.shape.reduce(1, *)))
      let error = TinyModel.refusal(try ModelFolder(weights: file))
      #expect(
        error
          == .tensor(
            file: "model.safetensors", name: Self.vector,
            .type(wanted: "F32, F16 or BF16", found: format)),
        "\(format)")
      #expect(error?.description.contains(Self.vector) == true)
    }
  }

  @Test("NaN and infinities are counted and named, in every format and place") func notFinite()
    throws
  {
    for name in [Self.matrix, Self.vector, "img_encoder.model.cls_token"] {
      for format in ["F32", "BF16", "F16"] {
        for value in [Float.nan, .infinity, -.infinity] {
          var file = weights
          let entry = try #require(weights[name])
          var floats = entry.floats
          floats[0] = value
          floats[floats.count - 1] = value
          file[name] = ModelTensorFile.Entry(
            name: name, floats: floats, shape: entry.shape, format: format)
          if format == "F16" {
            file[name] = entry
            file[name]?.bytes.replaceSubrange(0..<2, with: [0, value == .infinity ? 0x7c : 0xfc])
            file[name]?.bytes.replaceSubrange((entry.bytes.count - 2)..., with: [1, 0x7e])
          }
          let error = TinyModel.refusal(try ModelFolder(weights: file))
          #expect(
            error == .tensor(file: "model.safetensors", name: name, .notFinite(count: 2)),
            "\(name), \(format), \(value)")
        }
      }
    }
  }

  @Test("A matrix that is zero throughout is refused, minus zeros too; a zero vector is not")
  func allZero() throws {
    for (name, zero) in [
      (Self.matrix, Float(0)), (Self.matrix, -0.0), ("img_encoder.model.pos_embed", 0),
    ] {
      var file = weights
      file[name] = file[name]?.map { _ in zero }
      #expect(
        TinyModel.refusal(try ModelFolder(weights: file))
          == .tensor(file: "model.safetensors", name: name, .allZero))
    }
    var file = weights
    file[Self.vector] = file[Self.vector]?.map { _ in 0 }
    #expect(TinyModel.refusal(try ModelFolder(weights: file)) == nil)
    file = weights
    var floats = try weights.floats(Self.matrix).map { _ in Float(0) }
    floats[floats.count - 1] = .leastNonzeroMagnitude
    file[Self.matrix] = ModelTensorFile.Entry(
      name: Self.matrix, floats: floats, shape: try weights.shape(Self.matrix))
    #expect(TinyModel.refusal(try ModelFolder(weights: file)) == nil)
  }

  @Test("A file that shrinks while it is open is an error, not a crash") func shrinks() throws {
    let folder = try ModelFolder(weights: weights)
    let file = try ModelFile(directory: folder.path, name: "model.safetensors")
    let tensors = try SafetensorsFile(file)
    folder.resize("model.safetensors", to: file.byteCount / 2)
    #expect(throws: ModelError.unreadable(file: "model.safetensors", errno: EIO)) {
      for entry in weights.entries.reversed() {
        _ = try tensors.take(entry.name, shape: entry.shape)
      }
      try tensors.read(on: TinyModel.pool)
    }
  }

  @Test("A loaded model does not notice that its files go") func filesGo() throws {
    let folder = try ModelFolder()
    let model = try TinyModel.load(folder)
    for name in ModelFolder.fileNames { folder.remove(name) }
    #expect(model.bank.bridge([Float](repeating: 0.1, count: 96)).count == 96)
    #expect(model.tokenizer.tokenize("There is lung nodule").ids.count > 2)
  }
}
