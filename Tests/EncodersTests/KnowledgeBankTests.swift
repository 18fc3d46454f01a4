import StrictJSON
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Knowledge bank") struct KnowledgeBankTests {
  /// A softmax and a product of a few rows of order 1.
  static let tolerance: Float = 2e-6

  @Test("Bridges equal PyTorch's") func goldens() throws {
    let goldens = try ModelTensorFile(fixture: "kernel-goldens.safetensors")
    let cases = goldens.cases(of: "bridge")
    #expect(cases.count == 4)
    for name in cases {
      let shape = try goldens.shape("\(name).bank")
      let bank = try Self.bank(try goldens.floats("\(name).bank"), rows: shape[0], width: shape[1])
      let found = bank.bridge(try goldens.floats("\(name).input"))
      #expect(
        relativeDistance(found, try goldens.floats("\(name).output")) <= Self.tolerance, "\(name)")
    }
  }

  @Test("A bridge is a mixture: zero gives the mean row, a large input the row that it fits best")
  func byHand() throws {
    let bank = try Self.bank([1, 0, 0, 1, -1, -1, 4, 4], rows: 4, width: 2)
    #expect(bank.bridge([0, 0]) == [1, 1])
    #expect(bank.bridge([1e4, 1e4]) == [4, 4])
    #expect(bank.bridge([-1e4, -1e4]) == [-1, -1])
  }

  @Test("A bank of one row bridges everything to it") func oneRow() throws {
    let bank = try Self.bank([2, -3, 5], rows: 1, width: 3)
    for input in [[0, 0, 0], [1, 2, 3], [-1e4, 1e4, 0]] as [[Float]] {
      #expect(bank.bridge(input) == [2, -3, 5])
    }
  }

  @Test("Bridging again gives the same bits") func sameBits() throws {
    let model = try TinyModel.model
    let input = (0..<96).map { Float($0) / 96 - 0.4 }
    let first = model.bank.bridge(input).bits
    for _ in 0..<20 { #expect(model.bank.bridge(input).bits == first) }
  }

  private static func bank(_ elements: [Float], rows: Int, width: Int) throws -> KnowledgeBank {
    let json = try Fixtures.json("tiny-model/config.json")
      .setting(["dimensions", "embedding"], to: .integer(width))
      .setting(["dimensions", "bank"], to: .integer(rows))
      .setting(["dimensions", "vision", "heads"], to: 1)
      .setting(["dimensions", "text", "heads"], to: 1)
    var file = ModelTensorFile()
    let name = "dictionarylearning.dictionary.weight"
    file[name] = ModelTensorFile.Entry(name: name, floats: elements, shape: [rows, width])
    return try SafetensorsFile.reading(file.bytes) {
      try KnowledgeBank($0, ModelConfiguration(parsing: json.bytes))
    }
  }
}
