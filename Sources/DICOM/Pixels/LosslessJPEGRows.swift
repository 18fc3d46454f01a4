/// Decodes the samples of a lossless JPEG image. Each sample is a prediction from its neighbours plus a difference.
///
/// - Source: ITU-T T.81, annex H.1.2.
struct LosslessJPEGRows {
  /// The decoded samples, row by row.
  let words: UnsafeMutableBufferPointer<UInt16>
  let columns: Int
  /// The predictor, 1 to 7.
  let predictor: Int
  /// The prediction of the first sample.
  let first: Int

  /// Decodes all rows.
  ///
  /// - Returns: The number of unused bits.
  /// - Throws: A fault if a code is invalid or there are too few bits.
  func decode(_ reader: EntropyReader) throws(SeriesError.PixelFault) -> Int {
    switch predictor {
    case 1: try rows(reader) { left, _, _ in left }
    case 2: try rows(reader) { _, above, _ in above }
    case 3: try rows(reader) { _, _, corner in corner }
    case 4: try rows(reader) { left, above, corner in left + above - corner }
    case 5: try rows(reader) { left, above, corner in left + (above - corner) >> 1 }
    case 6: try rows(reader) { left, above, corner in above + (left - corner) >> 1 }
    default: try rows(reader) { left, above, _ in (left + above) >> 1 }
    }
  }

  /// In the first row, the prediction is the left neighbour. In the first column, it is the upper neighbour.
  @inline(__always)
  private func rows(
    _ reader: EntropyReader, _ predict: (_ left: Int, _ above: Int, _ corner: Int) -> Int
  ) throws(SeriesError.PixelFault) -> Int {
    var reader = reader
    try row(from: 0, first: first, &reader) { left, _, _ in left }
    for start in stride(from: columns, to: words.count, by: columns) {
      try row(from: start, first: Int(words[start - columns]), &reader, predict)
    }
    return reader.bitsLeft
  }

  @inline(__always)
  private func row(
    from start: Int, first: Int, _ source: inout EntropyReader,
    _ predict: (_ left: Int, _ above: Int, _ corner: Int) -> Int
  ) throws(SeriesError.PixelFault) {
    // A local copy can stay in processor registers.
    var reader = source
    // The first row has no row above it, and its prediction does not use one.
    let lift = start == 0 ? 0 : columns
    var (left, corner, prediction) = (0, 0, first)
    for place in start..<(start + columns) {
      guard let difference = reader.difference() else {
        throw reader.bitsLeft < 0 ? .short : .compressed
      }
      let above = Int(words[place - lift])
      if place > start { prediction = predict(left, above, corner) }
      // Sums wrap modulo 2¹⁶.
      let word = UInt16(truncatingIfNeeded: prediction + difference)
      words[place] = word
      (left, corner) = (Int(word), above)
    }
    guard reader.bitsLeft >= 0 else { throw .short }
    source = reader
  }
}
