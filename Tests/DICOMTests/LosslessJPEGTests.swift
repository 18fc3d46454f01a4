import CChild
import Files
import TestSupport
import Testing

@testable import DICOM

/// Lossless JPEGs are decoded by the service itself, with the bits of the converter.
@Suite struct LosslessJPEGTests {
  /// Code lengths of differences of 0 to 16 bits: in both tables, and all in the small one.
  private static let lengths = [
    [2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16], Array(repeating: 5, count: 17),
  ]
  private static let (rows, columns) = (20, 24)

  /// Images with smooth parts, noise, and the largest steps.
  private static func series(depth: Int) -> [DICOMFile] {
    var random = VolumesRandom(seed: UInt64(depth))
    return DICOMFile.series().map { file in
      var file = file
      file.pixels = file.pixels.indices.map { index in
        let value =
          index % 7 == 0
          ? UInt16.random(in: 0...UInt16.max, using: &random)
          : UInt16(truncatingIfNeeded: index % 5 == 0 ? 0 : 0x8000 + index)
        return Int16(bitPattern: value >> UInt16(16 - depth))
      }
      return file
    }
  }

  private static func format(bitsStored: Int = 16) -> PixelFormat {
    PixelFormat(
      rows: rows, columns: columns, bitsAllocated: 16, bitsStored: bitsStored, isSigned: false)
  }

  private static func words(
    _ jpeg: [UInt8], _ format: PixelFormat = format()
  ) throws(SeriesError.PixelFault) -> [UInt16]? {
    try CompressedFrame.words(of: jpeg, "1.2.840.10008.1.2.4.70", format)
  }

  @Test("Predictors", arguments: 1...7) func words(predictor: Int) throws {
    for depth in [9, 12, 16] {
      for lengths in Self.lengths {
        for file in Self.series(depth: depth).prefix(3) {
          let jpeg = file.losslessJPEG(
            rows: Self.rows, columns: Self.columns, predictor: predictor, depth: depth,
            lengths: lengths)
          #expect(
            try Self.words(jpeg, Self.format(bitsStored: depth))
              == file.pixels.map { UInt16(bitPattern: $0) }, "\(depth) bits")
        }
      }
    }
  }

  /// The converter's file of the same images, compressed or as words.
  private static func converted(
    _ files: [DICOMFile], _ transferSyntax: String, _ content: (DICOMFile) throws -> [UInt8]
  ) throws -> [UInt8] {
    let worker = Worker()
    defer { worker.remove() }
    let images = try files.enumerated().map { index, file in
      ImageStack.Image(
        file: index, header: try #require(ImageHeader(file.bytes(), isWhole: true)))
    }
    let volume = try ImageStack(images).volume(limits: worker.limits)
    let head = SliceHead(volume: volume, transferSyntax: transferSyntax)
    let folder = try PrivateFolder(in: worker.folder)
    for name in ["in", "out"] { try folder.makeFolder(name) }
    for (index, file) in files.enumerated() {
      var bytes = try content(file)
      if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
      try FreshFile(folder: folder.descriptor, name: "in/\(index).dcm")
        .append(head.bytes(index: index, pixelBytes: bytes.count) + bytes + head.tail)
    }
    let child = ConfinedChild(
      program: SeriesConverter.standardProgram,
      limits: brgsa_child_limits(
        cpu_seconds: 60, memory_bytes: 1 << 30, file_bytes: 1 << 24), seconds: 60)
    let code = try child.run(
      ["-b", "n", "-z", "n", "-m", "y", "-f", "volume", "-o", "out", "in"],
      in: folder.descriptor, isCancelled: { false })
    #expect(code == 0)
    let name = try #require(try folder.files(in: "out").first)
    return try FileRegion("out/\(name)", in: folder.descriptor).bytes()
  }

  @Test("The converter has the same bits", arguments: 1...7) func referee(predictor: Int) throws {
    for depth in [12, 16] {
      for lengths in Self.lengths {
        let files = Self.series(depth: depth)
        func jpeg(_ file: DICOMFile) -> [UInt8] {
          file.losslessJPEG(
            rows: Self.rows, columns: Self.columns, predictor: predictor, depth: depth,
            lengths: lengths)
        }
        let theirs = try Self.converted(files, "1.2.840.10008.1.2.4.70", jpeg)
        let ours = try Self.converted(files, TransferSyntax.explicitLittleEndian) { file in
          try #require(try Self.words(jpeg(file), Self.format(bitsStored: depth)))
            .flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        }
        #expect(theirs.count == 352 + 2 * Self.rows * Self.columns * files.count)
        #expect(theirs == ours, "\(depth) bits")
      }
    }
  }

  @Test func aSeriesOfJPEGsGivesTheFileOfItsWords() throws {
    let worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    func file() throws -> [UInt8] {
      let bytes = files.map { $0.bytes() }
      let spool = NIfTISpool(bytes.flatMap(\.self))
      let converted = try SeriesConverter(workFolder: worker.folder).convert(
        SeriesFile(
          fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount,
          parts: bytes.map(\.count)))
      return try FileRegion(
        descriptor: converted.fileDescriptor, byteCount: converted.byteCount
      ).bytes()
    }
    let expected = try file()
    for index in files.indices {
      files[index].transferSyntax = "1.2.840.10008.1.2.4.57"
      files[index].fragments = [
        files[index].losslessJPEG(
          rows: Self.rows, columns: Self.columns, predictor: index % 7 + 1,
          lengths: Self.lengths[0])
      ]
    }
    #expect(try file() == expected)
  }

  @Test func theFirstFaultInTheOrderOfTheFilesIsReported() {
    var files = DICOMFile.series()
    for index in files.indices {
      var jpeg = files[index].losslessJPEG(rows: Self.rows, columns: Self.columns)
      if [9, 11].contains(index) { jpeg.insert(contentsOf: [1, 2, 3], at: jpeg.count - 2) }
      if [4, 13, 15].contains(index) { jpeg.removeSubrange((jpeg.count / 2)...) }
      files[index].transferSyntax = "1.2.840.10008.1.2.4.70"
      files[index].fragments = [jpeg]
    }
    let worker = Worker()
    defer { worker.remove() }
    #expect(worker.outcome(files) == .failure(.pixels(.short, images: 3)))
    #expect(worker.outcome(files.reversed()) == .failure(.pixels(.short, images: 3)))
    #expect(worker.outcome(Array(files[5...13])) == .failure(.pixels(.long, images: 2)))
    #expect(worker.left.isEmpty)
  }

  @Test("No damage traps", arguments: 1...7) func damage(predictor: Int) throws {
    var random = VolumesRandom(seed: UInt64(predictor))
    let jpeg = Self.series(depth: 16)[predictor].losslessJPEG(
      rows: Self.rows, columns: Self.columns, predictor: predictor, lengths: Self.lengths[0])
    for _ in 0..<2000 {
      var damaged = jpeg
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: damaged.indices, using: &random)] =
          [0, 0xff, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      if Bool.random(using: &random) {
        damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
      }
      if let words = try? Self.words(damaged) { #expect(words.count == Self.format().pixels) }
    }
  }

  @Test func aHugeSizeTakesNoMemory() {
    let jpeg = DICOMFile.series()[0].losslessJPEG(rows: 0xffff, columns: 0xffff)
    let format = PixelFormat(
      rows: 0xffff, columns: 0xffff, bitsAllocated: 16, bitsStored: 16, isSigned: true)
    #expect(throws: SeriesError.PixelFault.short) { try Self.words(jpeg, format) }
  }

  @Test func oneTableOfSeveralIsUsed() throws {
    let file = DICOMFile.series()[0]
    var jpeg = file.losslessJPEG(rows: Self.rows, columns: Self.columns)
    // A table with another name, and an interval of 0, which means no restarts.
    jpeg.insert(
      contentsOf: [0xff, 0xc4, 0, 20, 1, 1] + [UInt8](repeating: 0, count: 15) + [3]
        + [0xff, 0xdd, 0, 4, 0, 0], at: 2)
    #expect(try Self.words(jpeg) == file.pixels.map { UInt16(bitPattern: $0) })
    // Codes that do not fit into 16 bits.
    jpeg.replaceSubrange(4..<8, with: [0, 22, 0, 3])
    jpeg.insert(contentsOf: [3, 3], at: 23)
    let scan = try #require(jpeg.indices.last { jpeg[$0...].starts(with: [0xff, 0xc4]) })
    jpeg[scan + 4] = 1
    #expect(throws: SeriesError.PixelFault.compressed) { try Self.words(jpeg) }
  }

  @Test func itemsAreSharedByThreads() throws {
    let results = try ImageCrew.map(Array(0..<1000)) { $0 * $0 }
    #expect(results == (0..<1000).map { $0 * $0 })
    #expect(try ImageCrew.map([Int]()) { $0 }.isEmpty)
    #expect(throws: SeriesError.pixels(.short, images: 10)) {
      try ImageCrew.map(Array(0..<1000)) { item throws(SeriesError) in
        guard item < 10 else { throw .pixels(.short, images: item) }
      }
    }
  }
}
