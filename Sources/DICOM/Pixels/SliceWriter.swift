import Files
import Glibc

/// Checks the pixels of a volume's files, and writes each image to a separate file for the converter.
///
/// Uncompressed images and lossless JPEG images are written as words. All other images stay compressed.
struct SliceWriter: Sendable {
  let stack: ImageStack
  let volume: ImageStack.Volume
  let limits: SeriesLimits
  /// The folder of the source files and the written files.
  let folder: Int32
  /// Returns the name of a source file for its index in the upload.
  let source: @Sendable (Int) -> String
  /// Returns the name of a written file for the index of its image in the volume.
  let target: @Sendable (Int) -> String

  /// A JPEG 2000 image is suspicious if it is more than this many times smaller than the median image.
  private static let smallest = 20
  /// An image is never suspicious if it has at least one byte for this many bytes of pixels.
  private static let frameRatio = 1000

  /// A value, or the fault that was found in an image's pixels.
  private typealias Checked<Value> = Result<Value, SeriesError.PixelFault>

  /// Writes all images on several threads, then removes the source files.
  ///
  /// - Returns: For each image in the order of the volume, the checksums of its stored words; nil for an image that
  ///   dcm2niix decodes.
  /// - Throws: ``SeriesError``.
  func write(_ watch: ConversionWatch) throws(SeriesError) -> [PixelSum?] {
    let frames = try frames(watch)
    // The images are checked in the order of the files, and the first fault is reported.
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

  /// Returns the byte ranges of the frames of each file, or the fault of the file.
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

  /// Converts a fault of pixels to a result.
  ///
  /// - Throws: All other errors of `body`.
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

  /// Refuses JPEG 2000 images that are implausibly small, before they are decoded. A JPEG 2000 file of a few bytes
  /// can describe an image of any size.
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

  /// Checks one image and writes it to its file.
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

  /// Returns the words of an image. Returns nil for an image that dcm2niix decodes. It only checks such an image.
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
