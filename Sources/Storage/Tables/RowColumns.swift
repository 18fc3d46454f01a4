/// The columns of one row. The row comes from a database or from the reader of damaged pages. A column of an unexpected
/// type reads as nil.
protocol RowColumns {
  func integer(_ column: Int32) -> Int?
  func text(_ column: Int32) -> String?
  func isNull(_ column: Int32) -> Bool
  /// Passes the bytes of a blob to `body`. Does nothing if the column has another type. Safety: the bytes may be
  /// unaligned, and are valid only until `body` returns.
  func passBytes(_ column: Int32, to body: (UnsafeRawBufferPointer) -> Void)
}

// `withBytes` is inlined, because the compiler does not specialise generic functions for `any RowColumns`.
extension RowColumns {
  /// Returns the result of `body` for the bytes of a blob; nil if the column has another type. Safety: see
  /// ``passBytes(_:to:)``.
  @inline(__always)
  func withBytes<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Value) -> Value? {
    var value: Value?
    passBytes(column) { value = body($0) }
    return value
  }

  func bytes(_ column: Int32) -> [UInt8]? { withBytes(column) { Array($0) } }

  /// Reads a blob of exactly `count` finite floats; nil if the column contains anything else.
  func floats(_ column: Int32, count: Int) -> [Float]? {
    withBytes(column) { bytes -> [Float]? in
      let (size, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
      guard !overflows, bytes.count == size else { return nil }
      let floats = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        filled = count
      }
      return floats.withUnsafeBufferPointer(areFinite) ? floats : nil
    } ?? nil
  }
}

/// Whether all numbers are finite.
func areFinite(_ floats: UnsafeBufferPointer<Float>) -> Bool {
  // Compares integers instead of floats, because the compiler can vectorise the maximum of integers.
  var largest: UInt32 = 0
  for float in floats { largest = max(largest, float.bitPattern & 0x7f80_0000) }
  return largest < 0x7f80_0000
}
