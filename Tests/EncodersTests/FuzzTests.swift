import TestSupport
import Testing

@testable import Encoders

/// Random damage to files of a model directory: whatever happens, it is a ``ModelError``.
@Suite("Fuzzed model files") struct FuzzTests {
  /// How many damaged files each of the two tests tries.
  private static let rounds = 2000

  @Test("A damaged safetensors header is refused or read, and never traps") func header() throws {
    let seed = FixtureSeed(100)
    var random = seed.generator
    var tensors = ModelTensorFile()
    tensors.metadata = [("prompt", "There is {term}")]
    for (name, shape) in [("a", [2, 3]), ("b", []), ("c", [4]), ("d", [1, 1, 5])]
      as [(String, [Int])]
    {
      tensors[name] = ModelTensorFile.Entry(
        name: name, floats: (0..<shape.reduce(1, *)).map { Float($0 + 1) }, shape: shape)
    }
    let good = tensors.bytes
    let headerEnd = good.count - tensors.entries.reduce(0) { $0 + $1.bytes.count }
    let folder = try ModelFolder()
    var accepted = 0
    for round in 1...Self.rounds {
      var bytes = good
      Self.damage(&bytes, in: 0..<headerEnd, &random)
      try folder.write(bytes, as: "model.safetensors")
      do throws(ModelError) {
        let file = try SafetensorsFile(ModelFile(directory: folder.path, name: "model.safetensors"))
        for (name, shape) in [("a", [2, 3]), ("b", []), ("c", [4]), ("d", [1, 1, 5])] {
          _ = try file.take(name, shape: shape)
        }
        try file.read(on: TinyModel.pool)
        accepted += 1
      } catch {
        #expect(!error.description.isEmpty, "\(seed), round \(round)")
      }
    }
    #expect(accepted > 0 && accepted < Self.rounds, "\(seed)")
  }

  @Test("A damaged configuration is refused or read, and never traps") func configuration() throws {
    let seed = FixtureSeed(101)
    var random = seed.generator
    let good = try Fixtures.bytes("tiny-model/config.json")
    var accepted = 0
    for round in 1...Self.rounds {
      var bytes = good
      Self.damage(&bytes, in: good.indices, &random)
      do throws(ModelError) {
        let configuration = try ModelConfiguration(parsing: bytes)
        accepted += 1
        #expect(configuration.embedding.isMultiple(of: configuration.vision.heads), "\(seed)")
        #expect(configuration.embedding.isMultiple(of: configuration.text.heads), "\(seed)")
      } catch {
        #expect(error.description.hasPrefix("config.json: "), "\(seed), round \(round)")
      }
    }
    #expect(accepted > 0 && accepted < Self.rounds, "\(seed)")
  }

  private static let telling =
    Array("{}[]\":,\\0123456789e-+. aFIB".utf8) + [0, 0x7f, 0x80, 0xc3, 0xff]

  private static func damage(
    _ bytes: inout [UInt8], in range: Range<Int>, _ random: inout VolumesRandom
  ) {
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: range, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      default: bytes[place] = telling.randomElement(using: &random) ?? 0
      }
    }
  }
}
