import Files
import Glibc

/// Checks the pixels of a volume's files, and writes each image to its own file for the converter.
struct SliceWriter {
  let stack: ImageStack
  let volume: ImageStack.Volume
  let limits: SeriesLimits
  /// The folder of the source and the written files.
  let folder: Int32
  /// Returns the name of a source file, given its index in the list of files.
  let source: (Int) -> String
  /// Returns the name of a written file, given its index in the volume.
  let target: (Int) -> String

  private static let pieceBytes = 1 << 20
  /// A JPEG 2000 image is too small if it is more than this many times smaller than the median image.
  private static let smallest = 20
  /// An image with at least one byte for this many pixel bytes is never too small.
  private static let frameRatio = 1000

  /// - Returns: For each image, in the volume's order, the sums of its stored words; nil for a compressed image.
  /// - Throws: ``SeriesError``.
  func write(_ watch: ConversionWatch) throws(SeriesError) -> [PixelSum?] {
    let frames = try check(watch)
    var sums = [PixelSum?](repeating: nil, count: volume.slices.count)
    let indices = Dictionary(grouping: volume.slices.indices) { volume.slices[$0].image }
    for (image, frames) in frames.enumerated() {
      let file = try FileRegion(source(stack.images[image].file), in: folder)
      for index in indices[image] ?? [] {
        try watch.check()
        let pieces = frames[volume.slices[index].frame]
        sums[index] = try write(pieces, of: file, image: image, index: index)
      }
      unlinkat(folder, source(stack.images[image].file), 0)
    }
    return sums
  }

  /// Returns the byte ranges of all frames of all files. Throws unless every file's pixels match its header.
  private func check(_ watch: ConversionWatch) throws(SeriesError) -> [[[Range<Int>]]] {
    var all: [[[Range<Int>]]] = []
    var faults: [(fault: SeriesError.PixelFault, images: Int)] = []
    var sizes: [Int] = []
    for (image, format) in zip(stack.images, volume.formats) {
      try watch.check()
      let file = try FileRegion(source(image.file), in: folder)
      do throws(SeriesError) {
        let frames = try PixelFrames(image.header, format, in: file).frames
        if !TransferSyntax.native.contains(image.header.transferSyntax) {
          for pieces in frames {
            try watch.check()
            let fault = try fault(pieces, of: file, image.header.transferSyntax, format)
            if let fault { faults.append((fault, 1)) }
          }
        }
        if image.header.transferSyntax == TransferSyntax.losslessJPEG2000 {
          sizes += frames.map { $0.reduce(0) { $0 + $1.count } }
        }
        all.append(frames)
      } catch {
        guard case .pixels(let fault, let images) = error else { throw error }
        faults.append((fault, images))
      }
    }
    if let first = faults.first?.fault {
      throw .pixels(
        first, images: faults.reduce(0) { $0 + ($1.fault == first ? $1.images : 0) })
    }
    try requirePlausible(sizes)
    return all
  }

  private func fault(
    _ pieces: [Range<Int>], of file: FileRegion, _ transferSyntax: String, _ format: PixelFormat
  ) throws(SeriesError) -> SeriesError.PixelFault? {
    guard pieces.reduce(0, { $0 + $1.count }) <= CompressedFrame.mostBytes(format) else {
      return .long
    }
    return CompressedFrame.fault(of: try Self.joined(pieces, of: file), transferSyntax, format)
  }

  /// Refuses implausibly small JPEG 2000 images before they are decoded. JPEG 2000 can describe an
  /// image of any size in a few bytes.
  private func requirePlausible(_ sizes: [Int]) throws(SeriesError) {
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

  private func write(
    _ pieces: [Range<Int>], of file: FileRegion, image: Int, index: Int
  ) throws(SeriesError) -> PixelSum? {
    let header = stack.images[image].header
    let head = SliceHead(volume: volume, transferSyntax: header.transferSyntax)
    let output = try FreshFile(folder: folder, name: target(index))
    if TransferSyntax.native.contains(header.transferSyntax) {
      try output.append(head.bytes(index: index, pixelBytes: 2 * volume.formats[image].pixels))
      return try Self.copyWords(
        pieces, of: file, columns: volume.columns,
        isWide: volume.formats[image].bitsAllocated == 16, isBigEndian: header.isBigEndian,
        to: output)
    }
    var bytes = try Self.joined(pieces, of: file)
    if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
    try output.append(head.bytes(index: index, pixelBytes: bytes.count))
    try output.append(bytes)
    try output.append(head.tail)
    return nil
  }

  private static func joined(
    _ pieces: [Range<Int>], of file: FileRegion
  ) throws(SeriesError) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces { bytes += try file.piece(at: piece.lowerBound, count: piece.count) }
    return bytes
  }

  /// Writes words in little endian and returns their sums.
  private static func copyWords(
    _ pieces: [Range<Int>], of file: FileRegion, columns: Int, isWide: Bool, isBigEndian: Bool,
    to output: FreshFile
  ) throws(SeriesError) -> PixelSum {
    var sum = PixelSum(columns: columns)
    for piece in pieces {
      var place = piece.lowerBound
      while place < piece.upperBound {
        let count = min(pieceBytes, piece.upperBound - place)
        let bytes = try file.piece(at: place, count: count)
        guard bytes.count == count else { throw .inputOutput(errno: EIO) }
        let words = words(bytes, isWide: isWide, isBigEndian: isBigEndian)
        sum.add(words)
        var failure: FileError?
        words.withUnsafeBytes { bytes in
          do throws(FileError) { try output.file.write(bytes) } catch { failure = error }
        }
        if let failure { throw SeriesError(failure) }
        place += count
      }
    }
    return sum
  }

  private static func words(_ bytes: [UInt8], isWide: Bool, isBigEndian: Bool) -> [UInt16] {
    guard isWide else { return bytes.map { UInt16($0).littleEndian } }
    return bytes.withUnsafeBytes { raw in
      (0..<(raw.count / 2)).map { index in
        let word = raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        return isBigEndian ? UInt16(bigEndian: word) : UInt16(littleEndian: word)
      }
    }
  }
}
