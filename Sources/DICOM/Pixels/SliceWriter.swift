import Files
import Glibc

/// Checks the pixels of a volume's files, and writes each image to its own file for the converter.
///
/// Uncompressed images and lossless JPEGs become words, all others stay compressed.
struct SliceWriter: Sendable {
  let stack: ImageStack
  let volume: ImageStack.Volume
  let limits: SeriesLimits
  /// The folder of the source and the written files.
  let folder: Int32
  /// Returns the name of a source file, given its index in the list of files.
  let source: @Sendable (Int) -> String
  /// Returns the name of a written file, given its index in the volume.
  let target: @Sendable (Int) -> String

  /// A JPEG 2000 image is too small if it is more than this many times smaller than the median image.
  private static let smallest = 20
  /// An image with at least one byte for this many pixel bytes is never too small.
  private static let frameRatio = 1000

  /// A value, or the fault of an image's pixels.
  private typealias Checked<Value> = Result<Value, SeriesError.PixelFault>

  /// Writes the images on several threads, and removes the source files.
  ///
  /// - Returns: For each image, in the volume's order, the sums of its stored words; nil for an
  ///   image that dcm2niix decodes.
  /// - Throws: ``SeriesError``.
  func write(_ watch: ConversionWatch) throws(SeriesError) -> [PixelSum?] {
    let frames = try frames(watch)
    // The first fault in the order of the files is reported.
    let order = volume.slices.indices.sorted {
      let (one, other) = (volume.slices[$0], volume.slices[$1])
      return (one.image, one.frame) < (other.image, other.frame)
    }
    let written = try ImageCrew.map(order) { index throws(SeriesError) -> Checked<PixelSum?> in
      try watch.check()
      let slice = volume.slices[index]
      switch frames[slice.image] {
      case .failure(let fault): return .failure(fault)
      case .success(let frames):
        return try Self.checked { () throws(SeriesError) in
          try write(frames[slice.frame], index: index)
        }
      }
    }
    var sums = [PixelSum?](repeating: nil, count: order.count)
    var faults: [SeriesError.PixelFault] = []
    for (index, result) in zip(order, written) {
      switch result {
      case .success(let sum): sums[index] = sum
      case .failure(let fault): faults.append(fault)
      }
    }
    if let first = faults.first { throw .pixels(first, images: faults.count { $0 == first }) }
    try requirePlausible(frames)
    for image in stack.images { unlinkat(folder, source(image.file), 0) }
    return sums
  }

  /// Returns the byte ranges of all frames of all files, or the fault of a file.
  private func frames(_ watch: ConversionWatch) throws(SeriesError) -> [Checked<[[Range<Int>]]>] {
    var all: [Checked<[[Range<Int>]]>] = []
    for (image, format) in zip(stack.images, volume.formats) {
      try watch.check()
      let file = try FileRegion(source(image.file), in: folder)
      all.append(
        try Self.checked { () throws(SeriesError) in
          try PixelFrames(image.header, format, in: file).frames
        })
    }
    return all
  }

  /// - Throws: Errors of `body` that are not faults of pixels.
  private static func checked<Value>(
    _ body: () throws(SeriesError) -> Value
  ) throws(SeriesError) -> Checked<Value> {
    do throws(SeriesError) {
      return .success(try body())
    } catch {
      guard case .pixels(let fault, _) = error else { throw error }
      return .failure(fault)
    }
  }

  /// Refuses implausibly small JPEG 2000 images before they are decoded. JPEG 2000 can describe an
  /// image of any size in a few bytes.
  private func requirePlausible(_ frames: [Checked<[[Range<Int>]]>]) throws(SeriesError) {
    var sizes: [Int] = []
    for (image, frames) in zip(stack.images, frames)
    where image.header.transferSyntax == TransferSyntax.losslessJPEG2000 {
      sizes += (try? frames.get())?.map { $0.reduce(0) { $0 + $1.count } } ?? []
    }
    guard !sizes.isEmpty else { return }
    let imageBytes = 2 * volume.rows * volume.columns
    let total = sizes.reduce(0, +)
    guard imageBytes / limits.ratio * sizes.count <= total else {
      throw .inflatedTooLarge(limit: total * limits.ratio)
    }
    let usual = sizes.sorted()[sizes.count / 2]
    let small = sizes.count { $0 * Self.smallest < usual && $0 * Self.frameRatio < imageBytes }
    guard small == 0 else { throw .pixels(.short, images: small) }
  }

  /// Checks one image and writes its file.
  private func write(_ pieces: [Range<Int>], index: Int) throws(SeriesError) -> PixelSum? {
    let image = volume.slices[index].image
    let (header, format) = (stack.images[image].header, volume.formats[image])
    let file = try FileRegion(source(stack.images[image].file), in: folder)
    guard pieces.reduce(0, { $0 + $1.count }) <= CompressedFrame.mostBytes(format) else {
      throw .pixels(.long, images: 1)
    }
    var bytes: [UInt8] = []
    for piece in pieces {
      let next = try file.piece(at: piece.lowerBound, count: piece.count)
      if bytes.isEmpty { bytes = next } else { bytes += next }
    }
    let words = try Self.words(bytes, header, format)
    let head = SliceHead(
      volume: volume,
      transferSyntax: words == nil ? header.transferSyntax : TransferSyntax.explicitLittleEndian)
    let output = try FreshFile(folder: folder, name: target(index))
    guard let words else {
      if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
      try output.append(head.bytes(index: index, pixelBytes: bytes.count))
      try output.append(bytes)
      try output.append(head.tail)
      return nil
    }
    try output.append(head.bytes(index: index, pixelBytes: 2 * words.count))
    try output.append(words)
    var sum = PixelSum(columns: volume.columns)
    sum.add(words)
    return sum
  }

  /// Returns an image's words; nil for an image that dcm2niix decodes, which is only checked.
  private static func words(
    _ bytes: [UInt8], _ header: ImageHeader, _ format: PixelFormat
  ) throws(SeriesError) -> [UInt16]? {
    if TransferSyntax.native.contains(header.transferSyntax) {
      guard format.bitsAllocated == 16 else { return bytes.map { UInt16($0) } }
      return bytes.withUnsafeBytes { raw in
        (0..<(raw.count / 2)).map { index in
          let word = raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
          return header.isBigEndian ? UInt16(bigEndian: word) : UInt16(littleEndian: word)
        }
      }
    }
    do throws(SeriesError.PixelFault) {
      return try CompressedFrame.words(of: bytes, header.transferSyntax, format)
    } catch {
      throw .pixels(error, images: 1)
    }
  }
}
