import Files
import Formats
import Glibc

/// Applies sign, slope and intercept from the DICOM headers to the words in the converter's file.
///
/// If all images have the same slope and intercept, the file is changed in place. Otherwise, Hounsfield units are
/// written to a new file as 32-bit floats.
struct StoredValues {
  let volume: ImageStack.Volume
  /// Checksums of the words of each image, in the order of the volume; nil for images that dcm2niix decodes.
  let sums: [PixelSum?]
  let limits: SeriesLimits
  let folder: Int32

  private static let headBytes = 352
  private static let int16 = 4
  private static let float32 = 16
  private static let uint16 = 512

  /// How the words of an image are converted to Hounsfield units. This can differ between the images of a volume.
  private struct Meaning: Hashable {
    let slope: Double
    let intercept: Double
    let isSigned: Bool
  }

  /// Checks the converter's file and applies the values to it.
  ///
  /// - Parameters:
  ///   - path: The name of the converter's file.
  ///   - other: The name of the new file, in case one is needed.
  /// - Returns: The name of the file with the result.
  /// - Throws: ``SeriesError``. It is ``SeriesError/notConverted`` or ``SeriesError/convertedElsewhere`` if the file
  ///   is not the expected volume.
  func apply(
    to path: String, other: String, _ watch: ConversionWatch
  ) throws(SeriesError) -> String {
    let folder = OpenFile(borrowing: folder)
    let file = try SeriesError.from(
      try OpenFile(path, O_RDWR | O_NOFOLLOW, in: folder).region())
    var head = try file.piece(at: 0, count: Self.headBytes)
    try requireExpected(head, byteCount: file.byteCount)
    guard let geometry = ConvertedGeometry(head: head, volume) else { throw .convertedElsewhere }
    Self.clear(&head)
    let isAscending = !geometry.isStackReversed
    let meanings = volume.slices.map { slice in
      Meaning(
        slope: slice.plane.slope ?? 1, intercept: slice.plane.intercept ?? 0,
        isSigned: volume.formats[slice.image].isSigned)
    }
    guard let usual = meanings.first else { throw .notConverted }
    if meanings.allSatisfy({ $0 == usual }) {
      try finish(file, geometry, watch) { (bytes, index) throws(SeriesError) in
        let place = Self.place(index, bytes.count)
        try SeriesError.from(try file.file.write(bytes, at: place))
      }
      Self.set(&head, type: usual.isSigned ? Self.int16 : Self.uint16, bits: 16)
      Self.set(&head, slope: Float(usual.slope), intercept: Float(usual.intercept))
      try SeriesError.from(try file.file.write(head, at: 0))
      return path
    }
    guard 2 * volume.byteCount <= limits.volumeBytes else {
      throw .volumeTooLarge(limit: limits.volumeBytes)
    }
    let output = try FreshFile(folder: self.folder, name: other)
    Self.set(&head, type: Self.float32, bits: 32)
    Self.set(&head, slope: 1, intercept: 0)
    try output.append(head)
    try finish(file, geometry, watch) { (bytes, index) throws(SeriesError) in
      let meaning = meanings[isAscending ? index : volume.slices.count - 1 - index]
      try output.append(Self.hounsfield(bytes, meaning))
    }
    return other
  }

  private static func place(_ index: Int, _ byteCount: Int) -> Int {
    headBytes + index * byteCount
  }

  /// Checks that the converter's file has the shape of the volume and contains unscaled 16-bit words.
  private func requireExpected(_ head: [UInt8], byteCount: Int) throws(SeriesError) {
    let shape = [3, volume.columns, volume.rows, volume.slices.count]
    guard head.count == Self.headBytes, head.littleEndian32(at: 0) == 348,
      (0..<4).map({ head.littleEndian16(at: 40 + 2 * $0) }) == shape,
      [Self.int16, Self.uint16].contains(head.littleEndian16(at: 70)),
      byteCount == Self.headBytes + volume.byteCount,
      head.float(at: 108) == Float(Self.headBytes), [0, 1].contains(head.float(at: 112)),
      head.float(at: 116) == 0
    else { throw .notConverted }
  }

  /// Extends the signs of each image's words, compares their checksums, and passes the image to `take`.
  private func finish(
    _ file: FileRegion, _ geometry: ConvertedGeometry, _ watch: ConversionWatch,
    _ take: ([UInt8], Int) throws(SeriesError) -> Void
  ) throws(SeriesError) {
    let imageBytes = 2 * volume.rows * volume.columns
    var (bare, extended, faulty) = (false, false, 0)
    for index in volume.slices.indices {
      try watch.check()
      var bytes = try file.piece(at: Self.place(index, imageBytes), count: imageBytes)
      guard bytes.count == imageBytes else { throw .notConverted }
      let own = geometry.isStackReversed ? volume.slices.count - 1 - index : index
      let format = volume.formats[volume.slices[own].image]
      let found = SignExtension.apply(
        to: &bytes, bitsStored: format.bitsStored, isSigned: format.isSigned,
        columns: volume.columns)
      if let sum = sums[own] {
        let expected = sum.seen(
          rows: volume.rows, rowsReversed: geometry.areRowsReversed,
          columnsReversed: geometry.areColumnsReversed)
        guard expected == found.sum else { throw .convertedElsewhere }
      }
      bare = bare || found.hasBare
      extended = extended || found.hasExtended
      if found.hasFaulty { faulty += 1 }
      try take(bytes, index)
    }
    guard faulty == 0 else { throw .pixels(.bits, images: faulty) }
    // If some negative values have extended signs and others do not, some values use too many bits.
    guard !(bare && extended) else { throw .pixels(.bits, images: volume.slices.count) }
  }

  private static func hounsfield(_ bytes: [UInt8], _ meaning: Meaning) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(2 * bytes.count)
    for place in stride(from: 0, to: bytes.count - 1, by: 2) {
      let word = bytes.littleEndian(UInt16.self, at: place)
      let stored = meaning.isSigned ? Double(Int16(bitPattern: word)) : Double(word)
      let value = Float(stored * meaning.slope + meaning.intercept)
      result.append(littleEndian: value.bitPattern)
    }
    return result
  }

  /// Removes texts and times from a header, because they come from the DICOM headers: clients may get the file.
  ///
  /// - Source: nifti1.h: data_type to regular, cal_max to aux_file, intent_name, and the extension flag.
  private static func clear(_ head: inout [UInt8]) {
    for range in [4..<39, 124..<252, 328..<344, 348..<headBytes] {
      for place in range { head[place] = 0 }
    }
  }

  private static func set(_ head: inout [UInt8], type: Int, bits: Int) {
    for (place, value) in [(70, type), (72, bits)] {
      head.put(littleEndian: UInt16(truncatingIfNeeded: value), at: place)
    }
  }

  private static func set(_ head: inout [UInt8], slope: Float, intercept: Float) {
    for (place, value) in [(112, slope), (116, intercept)] {
      head.put(littleEndian: value.bitPattern, at: place)
    }
  }
}

/// Extends the sign bit of values with fewer than 16 bits to the upper bits of their words.
enum SignExtension {
  /// The kinds of words in an image.
  struct Found {
    /// Checksums of the words before signs were extended.
    var sum: PixelSum
    /// True if a negative value has upper bits 0. DICOM allows this.
    var hasBare = false
    /// True if a negative value has upper bits 1.
    var hasExtended = false
    /// True if the upper bits of a word are neither all 0 nor an extended sign.
    var hasFaulty = false
  }

  /// Extends the signs of an image's words in place.
  ///
  /// - Parameters:
  ///   - bytes: The words in little-endian order.
  ///   - bitsStored: Number of bits that a value uses, 1 to 16.
  ///   - columns: Number of words in a row.
  static func apply(
    to bytes: inout [UInt8], bitsStored: Int, isSigned: Bool, columns: Int
  ) -> Found {
    var found = Found(sum: PixelSum(columns: columns))
    let mask = UInt16(truncatingIfNeeded: 1 << bitsStored - 1)
    let sign = isSigned && bitsStored < 16 ? UInt16(1) << UInt16(bitsStored - 1) : 0
    bytes.withUnsafeMutableBytes { raw in
      for place in stride(from: 0, to: raw.count - 1, by: 2) {
        let word = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt16.self))
        found.sum.add(word)
        let upper = word & ~mask
        if upper == 0 {
          guard word & sign != 0 else { continue }
          found.hasBare = true
          raw.storeBytes(of: (word | ~mask).littleEndian, toByteOffset: place, as: UInt16.self)
        } else if sign != 0, upper == ~mask, word & sign != 0 {
          found.hasExtended = true
        } else {
          found.hasFaulty = true
        }
      }
    }
    return found
  }
}
