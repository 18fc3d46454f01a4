internal import Tensors

/// y = x · weightᵀ + bias, with weight `[out, in]` and bias `[out]` as PyTorch stores them.
struct Linear: Sendable {
  let weight: Tensor
  let bias: Tensor

  var outputs: Int { bias.count }

  init(_ file: SafetensorsFile, _ path: String, from inputs: Int, to outputs: Int)
    throws(ModelError)
  {
    weight = try file.take("\(path).weight", shape: [outputs, inputs])
    bias = try file.take("\(path).bias", shape: [outputs])
  }

  /// Several layers that read the same input, as one with their outputs side by side.
  init(joining layers: [Linear]) {
    let inputs = layers.reduce(0) { max($0, $1.weight.shape[1]) }
    let outputs = layers.reduce(0) { $0 + $1.outputs }
    weight = Tensor(shape: [outputs, inputs]) { Self.concatenate(layers.map(\.weight), into: $0) }
    bias = Tensor(shape: [outputs]) { Self.concatenate(layers.map(\.bias), into: $0) }
  }

  /// The product without the bias, for kernels that add it themselves.
  func multiply(_ x: MatrixView, into result: MatrixView, _ kernels: Kernels) {
    kernels.multiply(x, transposed: weight.matrix(rows: outputs), into: result)
  }

  func callAsFunction(_ x: MatrixView, into result: MatrixView, _ kernels: Kernels) {
    multiply(x, into: result, kernels)
    kernels.addBias(result, bias)
  }

  private static func concatenate(
    _ tensors: [Tensor], into destination: UnsafeMutableBufferPointer<Float>
  ) {
    var start = 0
    for tensor in tensors {
      tensor.withElements { source in
        _ = UnsafeMutableBufferPointer(rebasing: destination[start..<(start + source.count)])
          .update(from: source)
      }
      start += tensor.count
    }
  }
}

/// Layer normalisation with its learnt gain and offset `[width]`.
struct LayerNorm: Sendable {
  let gain: Tensor
  let offset: Tensor
  let epsilon: Float

  init(_ file: SafetensorsFile, _ path: String, width: Int, epsilon: Float) throws(ModelError) {
    gain = try file.take("\(path).weight", shape: [width])
    offset = try file.take("\(path).bias", shape: [width])
    self.epsilon = epsilon
  }

  func callAsFunction(_ x: MatrixView, into result: MatrixView, _ kernels: Kernels) {
    kernels.layerNorm(x, gain: gain, offset: offset, epsilon: epsilon, into: result)
  }
}

/// The two linear layers of a transformer's MLP with the exact GELU between them.
struct MLP: Sendable {
  let expand: Linear
  let contract: Linear

  /// `result` = contract(gelu(expand(x))) without the last bias, which the residual sum adds.
  func callAsFunction(
    _ x: MatrixView, hidden: MatrixView, into result: MatrixView, _ kernels: Kernels
  ) {
    expand.multiply(x, into: hidden, kernels)
    kernels.biasGELU(hidden, bias: expand.bias)
    contract.multiply(hidden, into: result, kernels)
  }
}
