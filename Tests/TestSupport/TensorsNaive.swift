internal import Glibc

/// The slow, obvious twin of each kernel: one loop, sums in double precision, rounded once at the end.
public enum TensorsNaive {
  /// exp(x) / Σ exp(x) in each row.
  public static func softmax(_ x: TensorsMatrix) -> TensorsMatrix {
    rows(of: x) { row in softmax(row.map { Double($0) }) }
  }

  /// (x − mean) / √(variance + epsilon) · gain + offset in each row.
  public static func layerNorm(
    _ x: TensorsMatrix, gain: [Float], offset: [Float], epsilon: Float
  ) -> TensorsMatrix {
    rows(of: x) { row in
      let count = Double(row.count)
      let mean = row.reduce(0.0) { $0 + Double($1) } / count
      let variance = row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
      return row.indices.map {
        (Double(row[$0]) - mean) / (variance + Double(epsilon)).squareRoot() * Double(gain[$0])
          + Double(offset[$0])
      }
    }
  }

  /// x · weightᵀ + bias, added to `start`, then gelu(a) = a / 2 · (1 + erf(a / √2)) if wanted.
  public static func linear(
    _ x: TensorsMatrix, weight: TensorsMatrix, bias: [Float], addedTo start: TensorsMatrix? = nil,
    gelu isGELU: Bool = false
  ) -> TensorsMatrix {
    matrix(x.rows, weight.rows) { row, column in
      let sum = (0..<x.columns).reduce(Double(bias[column])) {
        $0 + Double(x[row, $1]) * Double(weight[column, $1])
      }
      return isGELU ? gelu(sum) : sum + (start.map { Double($0[row, column]) } ?? 0)
    }
  }

  /// a · bᵀ.
  public static func product(
    _ a: TensorsMatrix, transposed b: TensorsMatrix
  ) -> TensorsMatrix {
    matrix(a.rows, b.rows) { row, column in
      (0..<a.columns).reduce(0.0) { $0 + Double(a[row, $1]) * Double(b[column, $1]) }
    }
  }

  /// a · b.
  public static func product(_ a: TensorsMatrix, _ b: TensorsMatrix) -> TensorsMatrix {
    matrix(a.rows, b.columns) { row, column in
      (0..<a.columns).reduce(0.0) { $0 + Double(a[row, $1]) * Double(b[$1, column]) }
    }
  }

  /// softmax(scale · queries · keysᵀ) · values with the whole table of weights in memory.
  public static func attention(
    queries: TensorsMatrix, keys: TensorsMatrix, values: TensorsMatrix, scale: Float
  ) -> TensorsMatrix {
    var result: [Float] = []
    for query in 0..<queries.rows {
      let weights = softmax(
        (0..<keys.rows).map { key in
          Double(scale)
            * (0..<keys.columns).reduce(0.0) {
              $0 + Double(queries[query, $1]) * Double(keys[key, $1])
            }
        })
      for channel in 0..<values.columns {
        result.append(
          Float(
            weights.indices.reduce(0.0) { $0 + weights[$1] * Double(values[$1, channel]) }))
      }
    }
    return TensorsMatrix(rows: queries.rows, columns: values.columns, elements: result)
  }

  /// softmax(x · bankᵀ) · bank for one x.
  public static func bridge(_ x: [Float], bank: TensorsMatrix) -> [Float] {
    let row = TensorsMatrix(rows: 1, columns: x.count, elements: x)
    return attention(queries: row, keys: bank, values: bank, scale: 1).elements
  }

  /// An IEEE 754 half by the definition of its fields.
  public static func widened(half bits: UInt16) -> Float {
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Double(bits & 0x3ff)
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    switch exponent {
    case 0x1f where fraction > 0:
      return Float(bitPattern: UInt32(bits & 0x8000) << 16 | 0x7f80_0000 | UInt32(fraction) << 13)
    case 0x1f: return Float(sign) * .infinity
    case 0: return Float(sign * fraction * 0x1p-24)
    default: return Float(sign * (1 + fraction / 1024) * pow(2, Double(exponent - 15)))
    }
  }

  private static func gelu(_ x: Double) -> Double { x / 2 * (1 + erf(x / 2.0.squareRoot())) }

  private static func softmax(_ scores: [Double]) -> [Double] {
    let largest = scores.max() ?? 0
    let weights = scores.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private static func rows(
    of x: TensorsMatrix, _ change: ([Float]) -> [Double]
  ) -> TensorsMatrix {
    TensorsMatrix(
      rows: x.rows, columns: x.columns,
      elements: (0..<x.rows).flatMap { change(x.row($0)).map { Float($0) } })
  }

  private static func matrix(
    _ rows: Int, _ columns: Int, _ element: (Int, Int) -> Double
  ) -> TensorsMatrix {
    TensorsMatrix(
      rows: rows, columns: columns,
      elements: (0..<rows).flatMap { row in (0..<columns).map { Float(element(row, $0)) } })
  }
}
