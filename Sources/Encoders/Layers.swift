internal import Tensors

/// A linear layer: y = x · weightᵀ + bias. As in PyTorch, the weight has the shape `[out, in]` and the bias has the
/// shape `[out]`.
struct Linear: Sendable {
  let weights: PackedWeights

  var outputs: Int { weights.outputs }

  init(
    _ file: SafetensorsFile, _ path: String, from inputs: Int, to outputs: Int,
    hasBias: Bool = true, _ kernels: Kernels
  ) throws(ModelError) {
    try self.init(file, joining: [path], from: inputs, to: outputs, hasBias: hasBias, kernels)
  }

  /// Joins several layers with the same input into one layer, which concatenates their outputs.
  ///
  /// - Parameters:
  ///   - outputs: The number of outputs of each layer.
  ///   - kernel: The shape of a convolution's kernel. The stored weight then has this shape in place of the input axis.
  ///     Nil for a linear layer.
  ///   - hasBias: False if the file contains no biases. They are then 0.
  init(
    _ file: SafetensorsFile, joining paths: [String], from inputs: Int, to outputs: Int,
    kernel: [Int]? = nil, hasBias: Bool = true, _ kernels: Kernels
  ) throws(ModelError) {
    // Check that the file contains these weights before memory is allocated for them.
    let shape = [outputs] + (kernel ?? [inputs])
    for path in paths { try file.require("\(path).weight", shape: shape) }
    weights = PackedWeights(inputs: inputs, outputs: paths.count * outputs, for: kernels)
    for (index, path) in paths.enumerated() {
      try file.take(
        "\(path).weight", shape: shape, into: .weights(weights, first: index * outputs))
      guard hasBias else { continue }
      try file.take(
        "\(path).bias", shape: [outputs], into: .bias(weights, first: index * outputs))
    }
  }

  func callAsFunction(
    _ x: TokenPanels, outputs: Range<Int>? = nil, ending: Kernels.Ending = .store,
    as form: Kernels.Form = .floats, ofChannels channels: Int? = nil, into result: TokenPanels,
    _ kernels: Kernels
  ) {
    kernels.linear(
      x, weights, outputs: outputs, ending: ending, as: form, ofChannels: channels, into: result)
  }

  /// Runs the layer on all threads; see ``WorkerPool/linear(_:_:ending:as:into:_:)``.
  func callAsFunction(
    _ x: TokenPanels, ending: Kernels.Ending = .store, as form: Kernels.Form = .floats,
    into result: TokenPanels, on pool: WorkerPool, _ kernels: Kernels
  ) {
    pool.linear(x, weights, ending: ending, as: form, into: result, kernels)
  }
}

/// A layer normalisation. The learned gain and offset have the shape `[width]`.
struct LayerNorm: Sendable {
  let gain: Tensor
  let offset: Tensor
  let epsilon: Float

  init(_ file: SafetensorsFile, _ path: String, width: Int, epsilon: Float) throws(ModelError) {
    gain = try file.take("\(path).weight", shape: [width])
    offset = try file.take("\(path).bias", shape: [width])
    self.epsilon = epsilon
  }

  func callAsFunction(_ x: TokenPanels, into result: TokenPanels, _ kernels: Kernels) {
    kernels.layerNorm(x, gain: gain, offset: offset, epsilon: epsilon, into: result)
  }
}
