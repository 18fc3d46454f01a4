public import Tensors

/// The kernels as functions of plain matrices. `gap` puts rows that far apart where a kernel allows it.
extension Kernels {
  /// ``Kernels/softmax(_:)``.
  public func softmaxOf(_ x: TensorsMatrix, gap: Int = 0) -> TensorsMatrix {
    var result = x
    result.lend(gap: gap) { softmax($0) }
    return result
  }

  /// ``Kernels/layerNorm(_:gain:offset:epsilon:into:)``, into itself or into other memory.
  public func layerNormOf(
    _ x: TensorsMatrix, gain: [Float], offset: [Float], epsilon: Float, inPlace: Bool
  ) -> TensorsMatrix {
    let (gain, offset) = (vector(gain), vector(offset))
    var result = inPlace ? x : TensorsMatrix(rows: x.rows, columns: x.columns)
    result.lend { result in
      guard !inPlace else {
        return layerNorm(result, gain: gain, offset: offset, epsilon: epsilon, into: result)
      }
      x.lent { layerNorm($0, gain: gain, offset: offset, epsilon: epsilon, into: result) }
    }
    return result
  }

  /// ``Kernels/biasGELU(_:bias:)``.
  public func biasGELUOf(_ x: TensorsMatrix, bias: [Float]) -> TensorsMatrix {
    var result = x
    result.lend { biasGELU($0, bias: vector(bias)) }
    return result
  }

  /// ``Kernels/addBias(_:_:)``.
  public func addBiasOf(_ x: TensorsMatrix, _ bias: [Float]) -> TensorsMatrix {
    var result = x
    result.lend { addBias($0, vector(bias)) }
    return result
  }

  /// ``Kernels/addResidual(_:_:bias:)``.
  public func addResidualOf(
    _ x: TensorsMatrix, _ branch: TensorsMatrix, bias: [Float]
  ) -> TensorsMatrix {
    var result = x
    result.lend { result in branch.lent { addResidual(result, $0, bias: vector(bias)) } }
    return result
  }

  /// ``Kernels/multiply(_:transposed:scale:into:)``.
  public func productOf(
    _ a: TensorsMatrix, transposed b: TensorsMatrix, scale: Float = 1, gap: Int = 0
  ) -> TensorsMatrix {
    var result = TensorsMatrix(rows: a.rows, columns: b.rows)
    result.lend(gap: gap) { result in
      a.lent(gap: gap) { a in
        b.lent(gap: gap) { multiply(a, transposed: $0, scale: scale, into: result) }
      }
    }
    return result
  }

  /// ``Kernels/multiply(_:_:accumulating:into:)``; `start` is what the result held before.
  public func productOf(
    _ a: TensorsMatrix, _ b: TensorsMatrix, addedTo start: TensorsMatrix? = nil, gap: Int = 0
  ) -> TensorsMatrix {
    var result = start ?? TensorsMatrix(rows: a.rows, columns: b.columns)
    result.lend(gap: gap) { result in
      a.lent(gap: gap) { a in
        b.lent(gap: gap) { multiply(a, $0, accumulating: start != nil, into: result) }
      }
    }
    return result
  }

  /// ``Kernels/attention(queries:keys:values:scale:scratch:into:)`` for every block of queries.
  public func attentionOf(
    queries: TensorsMatrix, keys: TensorsMatrix, values: TensorsMatrix, scale: Float,
    gap: Int = 0
  ) -> TensorsMatrix {
    let scratch = AttentionScratch(headWidth: values.columns)
    var result = TensorsMatrix(rows: queries.rows, columns: values.columns)
    result.lend(gap: gap) { result in
      queries.lent(gap: gap) { queries in
        keys.lent(gap: gap) { keys in
          values.lent(gap: gap) { values in
            for start in stride(from: 0, to: queries.rows, by: AttentionScratch.queryBlock) {
              let block = start..<min(start + AttentionScratch.queryBlock, queries.rows)
              attention(
                queries: queries.rows(block), keys: keys, values: values, scale: scale,
                scratch: scratch, into: result.rows(block))
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
