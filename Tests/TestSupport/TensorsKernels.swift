public import Tensors

/// The kernels as functions of plain matrices. `gap` puts rows, or the channels of a token, that far apart from others
/// where a kernel allows it.
extension Kernels {
  /// ``Kernels/softmax(_:)``.
  public func softmaxOf(_ x: TensorsMatrix, gap: Int = 0) -> TensorsMatrix {
    var result = x
    result.lend(gap: gap) { softmax($0) }
    return result
  }

  /// ``Kernels/layerNorm(_:gain:offset:epsilon:into:)`` of each row, into itself or into other memory.
  public func layerNormOf(
    _ x: TensorsMatrix, gain: [Float], offset: [Float], epsilon: Float, inPlace: Bool
  ) -> TensorsMatrix {
    let (gain, offset) = (vector(gain), vector(offset))
    var result = inPlace ? x : TensorsMatrix(rows: x.rows, columns: x.columns)
    result.lendPanels { result in
      guard !inPlace else {
        return layerNorm(result, gain: gain, offset: offset, epsilon: epsilon, into: result)
      }
      x.lentPanels { layerNorm($0, gain: gain, offset: offset, epsilon: epsilon, into: result) }
    }
    return result
  }

  /// ``Kernels/linear(_:_:outputs:ending:as:ofChannels:into:)`` of each row; `start` is what the result held before.
  public func linearOf(
    _ x: TensorsMatrix, _ weights: PackedWeights, outputs: Range<Int>? = nil,
    ending: Ending = .store, start: TensorsMatrix? = nil, gap: Int = 0
  ) -> TensorsMatrix {
    var result = start ?? TensorsMatrix(rows: x.rows, columns: weights.outputs)
    result.lendPanels(gap: gap) { result in
      x.lentPanels(gap: gap) {
        arrange($0, as: .operand)
        linear($0, weights, outputs: outputs, ending: ending, into: result)
      }
    }
    return result
  }

  /// ``Kernels/multiply(_:transposed:into:)``.
  public func productOf(
    _ a: TensorsMatrix, transposed b: TensorsMatrix, gap: Int = 0
  ) -> TensorsMatrix {
    var result = TensorsMatrix(rows: a.rows, columns: b.rows)
    result.lend(gap: gap) { result in
      a.lent(gap: gap) { a in
        b.lent(gap: gap) { multiply(a, transposed: $0, into: result) }
      }
    }
    return result
  }

  /// ``Kernels/multiply(_:_:into:)``.
  public func productOf(
    _ a: TensorsMatrix, _ b: TensorsMatrix, gap: Int = 0
  ) -> TensorsMatrix {
    var result = TensorsMatrix(rows: a.rows, columns: b.columns)
    result.lend(gap: gap) { result in
      a.lent(gap: gap) { a in
        b.lent(gap: gap) { multiply(a, $0, into: result) }
      }
    }
    return result
  }

  /// ``Kernels/attention(queries:keys:values:scale:scratch:into:)`` for every panel of queries.
  public func attentionOf(
    queries: TensorsMatrix, keys: TensorsMatrix, values: TensorsMatrix, scale: Float,
    gap: Int = 0
  ) -> TensorsMatrix {
    let scratch = AttentionScratch()
    var result = TensorsMatrix(rows: queries.rows, columns: values.columns)
    result.lendPanels(gap: gap) { result in
      queries.lentPanels(gap: 2 * gap) { queries in
        keys.lentPanels(gap: gap) { keys in
          values.lentPanels(gap: gap) { values in
            arrange(queries, as: .queries)
            arrange(keys, as: .keys)
            arrange(values, as: .values)
            for panel in 0..<queries.count {
              attention(
                queries: queries.panels(panel..<(panel + 1)), keys: keys, values: values,
                scale: scale, scratch: scratch, into: result.panels(panel..<(panel + 1)))
            }
          }
        }
      }
    }
    return result
  }

  private func vector(_ elements: [Float]) -> Tensor {
    Tensor(shape: [elements.count], elements: elements)
  }
}

extension PackedWeights {
  /// Weights `[outputs, inputs]` packed in two parts, the first of `first` outputs.
  public init(
    _ matrix: TensorsMatrix, bias: [Float], first: Int = 0, for kernels: Kernels = .best
  ) {
    self.init(inputs: matrix.columns, outputs: matrix.rows, for: kernels)
    for part in [0..<first, first..<matrix.rows] where !part.isEmpty {
      let rows = part.flatMap { matrix.row($0) }
      pack(rows, count: part.count, first: part.lowerBound)
      Array(bias[part]).withUnsafeBufferPointer { setBias($0, first: part.lowerBound) }
    }
  }
}
