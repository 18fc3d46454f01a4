import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Table L and row F15 of HostileInputs.md: `serve` with a model that is not right.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileModelTests {
  private struct Row {
    let name: String
    /// The file to blame, and words that say why.
    let words: [String]
    /// Makes the folder.
    let folder: @Sendable () throws -> ModelFolder
  }

  private static let weightsName = "model.safetensors"
  private static let table = "text_encoder.model.embeddings.word_embeddings.weight"

  private static func weights() throws -> ModelTensorFile {
    try ModelTensorFile(fixture: "tiny-model/model.safetensors")
  }

  /// Weights as bytes, with a manifest that agrees.
  private static func bytes(_ name: String, _ bytes: [UInt8], _ words: String...) -> Row {
    Row(name: name, words: [weightsName] + words) {
      try ModelFolder(replacing: [weightsName: bytes])
    }
  }

  /// Changed weights, with a manifest that agrees.
  private static func tensor(
    _ name: String, _ words: String..., change: @escaping @Sendable (inout ModelTensorFile) -> Void
  ) -> Row {
    Row(name: name, words: [weightsName, table] + words) {
      var file = try weights()
      change(&file)
      return try ModelFolder(weights: file)
    }
  }

  /// Weights that are not those of the manifest.
  private static func damaged(
    _ name: String, change: @escaping @Sendable (inout [UInt8]) -> Void
  ) -> Row {
    Row(name: name, words: [weightsName, "SHA-256"]) {
      var bytes = try Fixtures.bytes("tiny-model/model.safetensors")
      change(&bytes)
      let folder = try ModelFolder()
      try folder.write(bytes, as: weightsName)
      return folder
    }
  }

  private static func header(_ text: String) -> [UInt8] {
    ModelTensorFile.bytes(header: text, data: [UInt8](repeating: 0, count: 8))
  }

  private static let rows: [Row] = [
    Row(name: "L1 missing", words: [weightsName]) {
      let folder = try ModelFolder()
      folder.remove(weightsName)
      return folder
    },
    bytes("L1 empty", []), bytes("L1 7 bytes", [1, 2, 3, 4, 5, 6, 7]),
    bytes("L1 header longer than the file", [255, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]),
    bytes("L1 header of 100 MB", [1, 0xE1, 0xF5, 5, 0, 0, 0, 0, 0x7B, 0x7D]),
    bytes("L1 no object", header("[]")), bytes("L1 no JSON", header("{")),
    bytes("L1 a name twice", header(#"{"a":{},"a":{}}"#)),
    bytes(
      "L2 beyond the end", header(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#)),
    bytes("L2 a hole", header(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#)),
    bytes(
      "L2 product beyond Int",
      header(#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#)),
    bytes("L2 another size", header(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#)),
    tensor("L3 missing") { $0[table] = nil },
    tensor("L3 another shape") { $0[table]?.shape.reverse() },
    tensor("L3 another format") { file in
      guard let entry = file[table] else { return }
      file[table] = .init(name: table, floats: entry.floats, shape: entry.shape, format: "F64")
    },
    tensor("L4 NaN") { file in file[table] = file[table]?.map { _ in .nan } },
    tensor("L4 all zero") { file in file[table] = file[table]?.map { _ in 0 } },
    damaged("L5 a byte short") { $0.removeLast() },
    damaged("L5 one bit") { $0[$0.count - 99] ^= 4 },
    Row(name: "L6 a word too few", words: ["vocab.txt"]) {
      let words = try Fixtures.bytes("tiny-model/vocab.txt").split(separator: 10)
      return try ModelFolder(replacing: ["vocab.txt": words.dropLast().flatMap { $0 + [10] }])
    },
    bytes("L9 zip", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 99), "PyTorch"),
    bytes("L9 pickle", [0x80, 4, 0x95] + [UInt8](repeating: 0, count: 99), "PyTorch"),
  ]

  @Test func aModelThatIsNotRightIsRefusedInOneLineThatSaysWhy() async throws {
    for row in Self.rows {
      let model = try row.folder()
      let outcome = try await BrgsaProcess.run([
        "serve", "--port", "0", "--store", ":memory:", "--model", model.path,
        "--spool", "\(model.path)-spool", "--calibrations", "\(model.path)-calibrations",
      ])
      try? FileManager.default.removeItem(atPath: "\(model.path)-spool")
      #expect(outcome.exitCode == 78 && outcome.wasExit, "\(row.name): \(outcome)")
      let lines = outcome.complaints.split(separator: "\n").filter { $0.hasPrefix("brgsa: ") }
      #expect(lines.count == 1, "\(row.name): \(lines)")
      for word in row.words {
        #expect(lines.first?.contains(word) == true, "\(row.name): \(lines)")
      }
    }
  }

  @Test func aModelThatFailsItsSelfTestIsNeverReady() async throws {
    var expected = try ModelTensorFile(fixture: "tiny-model/selftest.safetensors")
    expected["volume_bridged"] = expected["volume_bridged"]?.map { -$0 }
    let model = try ModelFolder(replacing: ["selftest.safetensors": expected.bytes])
    let process = try BrgsaProcess([
      "serve", "--port", "0", "--store", ":memory:", "--model", model.path,
      "--spool", "\(model.path)-spool", "--calibrations", "\(model.path)-calibrations",
    ])
    defer {
      process.signal(SIGKILL)
      try? FileManager.default.removeItem(atPath: "\(model.path)-spool")
    }
    _ = try #require(await process.logLine(with: "volume_bridged"), "L8")
    let port = try #require(try await HostileProcess.port(of: process.identifier))
    #expect(await HostileProcess.status("GET", "/readyz", port: port) == 503, "L8")
    #expect(await HostileProcess.status("GET", "/livez", port: port) == 200, "L8")
  }

  @Test func aRunningServiceDoesNotNoticeThatItsModelsFilesGo() async throws {
    let model = try ModelFolder(weights: try Self.weights())
    let service = try await RunningService(["--persist", "none"], model: model.path)
    let good = HostileVolumes.good().bytes()
    let before = try await service.diagnose(good).json["findings"]
    model.resize(Self.weightsName, to: 100)
    try model.write([1, 2, 3], as: "vocab.txt")
    model.remove("config.json")
    #expect(try await service.diagnose(good).json["findings"] == before && before != nil, "L7")
    #expect(try await service.answer("GET", "/readyz").status == 200, "L7")
  }

  @Test func aScoreThatIsNoNumberIsAnErrorAndNothingIsKept() async throws {
    let words = String(decoding: try Fixtures.bytes("tiny-model/vocab.txt"), as: UTF8.self)
      .split(separator: "\n")
    let row = try #require(words.firstIndex(of: "consolidation"))
    var weights = try Self.weights()
    let entry = try #require(weights[Self.table])
    let width = entry.shape[1]
    var floats = entry.floats
    // Finite, but its squares are not: no word of the self-test has them.
    for column in 0..<width { floats[row * width + column] = column % 2 == 0 ? 3e38 : -3e38 }
    weights[Self.table] = .init(name: Self.table, floats: floats, shape: entry.shape)
    let model = try ModelFolder(weights: weights)
    let service = try await RunningService(model: model.path)
    let good = HostileVolumes.good().bytes()
    for _ in 0..<2 {
      let answer = try await service.diagnose(good, query: "prompt=gas&prompt=consolidation")
      #expect(answer.status == 500 && answer.code == "non-finite-result", "F15 \(answer.text)")
      #expect(!answer.text.contains("nan") && answer.header("Location") == nil, "F15")
    }
    #expect(try await service.diagnose(good, query: "prompt=gas").status == 200, "F15")
    let embedding = try await service.send(
      "POST", "/v1/embeddings", #"{"input":["There is consolidation"]}"#)
    #expect(embedding.status == 500 && embedding.code == "non-finite-result", "F15")
  }
}
