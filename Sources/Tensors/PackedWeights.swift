internal import CKernels

/// The weights and biases of a linear layer, in the order that
/// ``Kernels/linear(_:_:outputs:ending:as:ofChannels:into:)`` requires.
///
/// The weights of a group of outputs are adjacent, so that the kernel reads memory sequentially.
///
/// `@unchecked Sendable`: only ``pack(_:count:first:)`` and ``setBias(_:first:)`` write to the memory. They must be
/// called before the weights are shared.
public struct PackedWeights: @unchecked Sendable {
  /// Number of inputs.
  public let inputs: Int
  /// Number of outputs.
  public let outputs: Int

  /// Number of outputs whose weights are adjacent in memory. The kernels determine it.
  public let group: Int

  private let kernels: Kernels
  private let weights: FloatBuffer
  private let bias: FloatBuffer

  /// Allocates memory for `outputs` × `inputs` weights in the order of `kernels`.
  public init(inputs: Int, outputs: Int, for kernels: Kernels = .best) {
    precondition(inputs > 0 && outputs > 0, "Weights of \(inputs) inputs, \(outputs) outputs")
    self.inputs = inputs
    self.outputs = outputs
    self.kernels = kernels
    group = kernels.group(inputs: inputs)
    let groups = (outputs + group - 1) / group
    weights = FloatBuffer(uninitialized: groups * group * inputs)
    bias = FloatBuffer(count: outputs)
    // The last group is set to zero, because it may contain padding after the last output.
    (weights.pointer + (groups - 1) * group * inputs)
      .initialize(repeating: 0, count: group * inputs)
  }

  /// Writes the weights of `count` outputs, starting at output `first`. `rows` contains the weights as PyTorch stores
  /// them: `[count, inputs]`, row-major.
  public func pack(_ rows: UnsafePointer<Float>, count: Int, first: Int) {
    precondition(
      first >= 0 && count >= 0 && first + count <= outputs,
      "Outputs \(first) + \(count) of \(outputs)")
    kernels.pack(rows, count: count, inputs: inputs, into: weights.pointer, first: first)
  }

  /// Writes biases, starting at output `first`.
  public func setBias(_ values: UnsafeBufferPointer<Float>, first: Int) {
    precondition(
      first >= 0 && first + values.count <= outputs,
      "Biases \(first) + \(values.count) of \(outputs)")
    guard let source = values.baseAddress else { return }
    (bias.pointer + first).update(from: source, count: values.count)
  }

  var weightsStart: UnsafeMutablePointer<Float> { weights.pointer }
  var biasStart: UnsafeMutablePointer<Float> { bias.pointer }
}
