import TestSupport
import Testing

@testable import DICOM

/// Compressed images are whole before another program decodes them.
@Suite struct CompressedTests {
  enum Kind: CaseIterable, Sendable {
    case runLength, losslessJPEG

    func encode(_ file: inout DICOMFile) {
      switch self {
      case .runLength:
        file.transferSyntax = TransferSyntax.runLength
        file.fragments = [file.runLength]
      case .losslessJPEG:
        file.transferSyntax = "1.2.840.10008.1.2.4.70"
        file.fragments = [file.losslessJPEG(rows: 20, columns: 24)]
      }
    }
  }

  private static func series(_ kind: Kind) -> [DICOMFile] {
    var files = DICOMFile.series()
    for index in files.indices { kind.encode(&files[index]) }
    return files
  }

  private static func outcome(_ files: [DICOMFile]) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    return worker.outcome(files)
  }

  @Test("Whole images", arguments: Kind.allCases) func whole(kind: Kind) throws {
    let worker = Worker()
    defer { worker.remove() }
    var files = Self.series(kind)
    #expect(try worker.hounsfield(files) == Worker.phantom)
    let many = DICOMFile.enhanced(files)
    #expect(try worker.hounsfield([many]) == Worker.phantom)
    for index in files.indices {
      guard let frame = files[index].fragments?.first else { continue }
      files[index].fragments = [Array(frame.prefix(100)), Array(frame.dropFirst(100))]
    }
    #expect(try worker.hounsfield(files) == Worker.phantom)
    // In pieces, found by the table of offsets.
    var pieces = DICOMFile.enhanced(files)
    var place: UInt32 = 0
    pieces.offsets = files.map { file in
      defer { place += UInt32(file.fragments?.reduce(0) { $0 + 8 + $1.count } ?? 0) }
      return place
    }
    #expect(try worker.hounsfield([pieces]) == Worker.phantom)
  }

  @Test("Images that end early", arguments: Kind.allCases, [0.99, 0.9, 0.5, 0.2])
  func cut(kind: Kind, share: Double) {
    var files = Self.series(kind)
    guard let frame = files[7].fragments?.first else { return }
    files[7].fragments = [Array(frame.prefix(Int(Double(frame.count) * share)))]
    #expect(Self.outcome(files) == .failure(.pixels(.short, images: 1)))
    // With a proper end behind what is left.
    if kind == .losslessJPEG {
      files[7].fragments?[0] += [0xff, 0xd9]
      #expect(Self.outcome(files) == .failure(.pixels(.short, images: 1)))
    }
    #expect(Self.outcome([DICOMFile.enhanced(files)]) == .failure(.pixels(.short, images: 1)))
  }

  @Test("Images of another size", arguments: Kind.allCases) func size(kind: Kind) {
    for (rows, columns) in [(19, 24), (20, 23), (40, 24), (24, 21)] {
      var files = Self.series(kind)
      for index in files.indices {
        files[index].numbers[0x0028_0010] = rows
        files[index].numbers[0x0028_0011] = columns
      }
      guard case .failure(.pixels(_, images: 16)) = Self.outcome(files) else {
        Issue.record("\(rows) × \(columns)")
        continue
      }
    }
  }

  @Test("Frames that are not there", arguments: Kind.allCases) func frames(kind: Kind) {
    var file = DICOMFile.enhanced(Self.series(kind))
    file.fragments?.removeLast()
    #expect(Self.outcome([file]) == .failure(.pixels(.compressed, images: 16)))
    file.fragments = []
    #expect(Self.outcome([file]) == .failure(.pixels(.compressed, images: 16)))
    var native = DICOMFile.enhanced(DICOMFile.series())
    native.pixels.removeLast(24 * 20)
    #expect(Self.outcome([native]) == .failure(.pixels(.short, images: 16)))
    native.pixels += [Int16](repeating: 0, count: 2 * 24 * 20)
    #expect(Self.outcome([native]) == .failure(.pixels(.long, images: 16)))
  }

  /// Any cut and any changed byte gives an answer, and only whole images pass.
  @Test func noDamageOfAnImageTraps() throws {
    let file = DICOMFile.series()[5]
    let header = try #require(ImageHeader(file.bytes(), isWhole: true))
    let format = try #require(PixelFormat(header))
    let images = [
      (TransferSyntax.runLength, file.runLength),
      ("1.2.840.10008.1.2.4.70", file.losslessJPEG(rows: 20, columns: 24)),
      (TransferSyntax.losslessJPEG2000, Self.emptyJPEG2000(rows: 20, columns: 24)),
    ]
    for (syntax, bytes) in images {
      #expect(CompressedFrame.fault(of: bytes, syntax, format) == nil, "\(syntax)")
      // RLE ends with padding at most.
      for count in 0..<(bytes.count - 4) {
        #expect(CompressedFrame.fault(of: Array(bytes.prefix(count)), syntax, format) != nil)
      }
      for place in bytes.indices {
        for value: UInt8 in [0, 0x7f, 0xff] {
          var damaged = bytes
          damaged[place] = value
          _ = CompressedFrame.fault(of: damaged, syntax, format)
        }
      }
    }
  }

  @Test func aJPEG2000ImageMustBeWhatTheHeadSays() throws {
    let header = try #require(ImageHeader(DICOMFile.series()[0].bytes(), isWhole: true))
    let format = try #require(PixelFormat(header))
    func fault(_ bytes: [UInt8]) -> SeriesError.PixelFault? {
      CompressedFrame.fault(of: bytes, TransferSyntax.losslessJPEG2000, format)
    }
    #expect(fault(Self.emptyJPEG2000(rows: 20, columns: 24)) == nil)
    #expect(fault(Self.emptyJPEG2000(rows: 2048, columns: 2048)) == .compressed)
    #expect(fault(Self.emptyJPEG2000(rows: 20, columns: 24, depth: 8)) == .compressed)
    #expect(fault(Self.emptyJPEG2000(rows: 20, columns: 24, losesNothing: false)) == .compressed)
    #expect(fault(Self.emptyJPEG2000(rows: 20, columns: 24, missing: 9)) == .short)
    #expect(fault(Self.emptyJPEG2000(rows: 20, columns: 24, parts: 2)) == .short)
    #expect(fault(Self.emptyJPEG2000(rows: 20, columns: 24).dropLast(2)) == .short)
  }

  @Test func aJPEG2000ImageOfNearlyNoBytesIsNotDecoded() {
    var files = DICOMFile.series()
    for index in files.indices {
      files[index].transferSyntax = TransferSyntax.losslessJPEG2000
      files[index].numbers[0x0028_0010] = 1024
      files[index].numbers[0x0028_0011] = 1024
      files[index].texts[0x0028_0030] = "0.4\\0.4"
      files[index].fragments = [Self.emptyJPEG2000(rows: 1024, columns: 1024)]
    }
    guard case .failure(.inflatedTooLarge) = Self.outcome(files) else {
      Issue.record("\(Self.outcome(files))")
      return
    }
  }

  /// A codestream with one tile whose packets are empty.
  private static func emptyJPEG2000(
    rows: Int, columns: Int, depth: Int = 16, losesNothing: Bool = true, missing: Int = 0,
    parts: UInt8 = 1
  ) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let data = [UInt8](repeating: 0, count: 20)
    let size =
      number(0, 2) + [columns, rows, 0, 0, columns, rows, 0, 0].flatMap { number($0, 4) }
      + number(1, 2) + [UInt8(0x80 | (depth - 1)), 1, 1]
    return [0xff, 0x4f, 0xff, 0x51] + number(size.count + 2, 2) + size
      + [0xff, 0x52] + number(12, 2) + [0, 0, 0, 1, 0, 5, 4, 4, 0, losesNothing ? 1 : 0]
      + [0xff, 0x5c] + number(19, 2) + [0x40] + [UInt8](repeating: 0x48, count: 16)
      + [0xff, 0x90] + number(10, 2) + number(0, 2) + number(14 + data.count, 4) + [0, parts]
      + [0xff, 0x93] + data.dropLast(missing) + [0xff, 0xd9]
  }
}
