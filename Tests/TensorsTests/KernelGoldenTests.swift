import TestSupport
import Testing

@testable import Tensors

/// Every kernel against PyTorch in double precision, see `make_goldens.py`.
@Suite("Kernel goldens") struct KernelGoldenTests {
  /// As against the twins: the goldens are rounded to single precision once.
  static let softmaxTolerance = RowKernelTests.softmaxTolerance
  /// Half the error of erf, as a share of |x|; no bound below 1, where gelu vanishes with x.
  static let geluTolerance: Float = 2.5e-7
  static let layerNormTolerance = RowKernelTests.layerNormTolerance
  /// 33 numbers near 1000 are summed in floats up to 33 000, which have steps of 0.004: the mean is off
  /// by up to 1.2e-4, and the standard deviation is about 1.
  static let farLayerNormTolerance: Float = 2e-4
  static let attentionTolerance = AttentionTests.tolerance

  let goldens: ModelTensorFile

  init() throws { goldens = try ModelTensorFile(fixture: "kernel-goldens.safetensors") }

  @Test("Softmax") func softmax() throws {
    let cases = goldens.cases(of: "softmax")
    #expect(cases.count == 4)
    for name in cases {
      let (input, output) = (try matrix("\(name).input"), try matrix("\(name).output"))
      for kernels in Kernels.all {
        let distance = kernels.softmaxOf(input).distance(to: output)
        #expect(distance <= Self.softmaxTolerance, "\(name), \(kernels.name)")
      }
    }
  }

  @Test("GELU") func gelu() throws {
    let input = try goldens.floats("gelu.ladder.input")
    let output = try goldens.floats("gelu.ladder.output")
    for kernels in Kernels.all {
      // Through a layer that changes nothing.
      let unit = PackedWeights(
        TensorsMatrix(rows: 1, columns: 1, elements: [1]), bias: [0], for: kernels)
      let found = kernels.linearOf(
        TensorsMatrix(rows: input.count, columns: 1, elements: input), unit, ending: .gelu
      ).elements
      for index in input.indices {
        #expect(
          abs(found[index] - output[index]) <= Self.geluTolerance * abs(input[index]),
          "\(kernels.name), \(input[index]) gives \(found[index]), wanted \(output[index])")
      }
    }
  }

  @Test("Layer normalisation") func layerNorm() throws {
    let cases = goldens.cases(of: "layernorm")
    #expect(cases.count == 5)
    for name in cases {
      let (input, output) = (try matrix("\(name).input"), try matrix("\(name).output"))
      let epsilon = try goldens.floats("\(name).epsilon")
      for kernels in Kernels.all {
        let found = kernels.layerNormOf(
          input, gain: try goldens.floats("\(name).weight"),
          offset: try goldens.floats("\(name).bias"), epsilon: epsilon[0], inPlace: false)
        let distance = found.distance(to: output)
        let tolerance =
          name.hasSuffix("far_from_zero") ? Self.farLayerNormTolerance : Self.layerNormTolerance
        #expect(distance <= tolerance, "\(name), \(kernels.name)")
      }
    }
  }

  @Test("Attention, heads side by side") func attention() throws {
    let cases = goldens.cases(of: "attention")
    #expect(cases.count == 5)
    for name in cases {
      let heads = try goldens.integers("\(name).heads")[0]
      let parts = try ["query", "key", "value"].map { try matrix("\(name).\($0)") }
      let output = try matrix("\(name).output")
      let width = output.columns / heads
      for kernels in Kernels.all {
        for head in 0..<heads {
          let own = (head * width)..<((head + 1) * width)
          let found = kernels.attentionOf(
            queries: parts[0].columns(own), keys: parts[1].columns(own),
            values: parts[2].columns(own), scale: 1 / Float(width).squareRoot(), gap: 3)
          let distance = found.distance(to: output.columns(own))
          #expect(
            distance <= (kernels.takes(.keys, channels: width) ? 1e-4 : Self.attentionTolerance),
            "\(name), head \(head), \(kernels.name)")
        }
      }
    }
  }

  private func matrix(_ name: String) throws -> TensorsMatrix {
    let shape = try goldens.shape(name)
    return TensorsMatrix(rows: shape[0], columns: shape[1], elements: try goldens.floats(name))
  }
}
