import TestSupport
import Testing

@testable import DICOM

/// Compressed pixels: what they are is seen in them, and what is not read is named.
@Suite struct EncodingTests {
  private static let losslessJPEG = "1.2.840.10008.1.2.4.70"

  private static func outcome(_ files: [DICOMFile]) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    return worker.outcome(files)
  }

  private static func hounsfield(_ files: [DICOMFile]) throws -> [[Double]] {
    let worker = Worker()
    defer { worker.remove() }
    return try worker.hounsfield(files)
  }

  private static func jpeg(declared: String = losslessJPEG) -> [DICOMFile] {
    DICOMFile.series().map { file in
      var file = file
      file.transferSyntax = declared
      file.fragments = [file.losslessJPEG(rows: 20, columns: 24)]
      return file
    }
  }

  private static func runLength(declared: String = TransferSyntax.runLength) -> [DICOMFile] {
    DICOMFile.series().map { file in
      var file = file
      file.transferSyntax = declared
      file.fragments = [file.runLength]
      return file
    }
  }

  @Test(
    "Compressed pixels under another syntax",
    arguments: [
      "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.80",
      "1.2.840.10008.1.2.4.51",
      "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90", "",
    ]) func declared(transferSyntax: String) throws
  {
    #expect(try Self.hounsfield(Self.jpeg(declared: transferSyntax)) == Worker.phantom)
    #expect(try Self.hounsfield(Self.runLength(declared: transferSyntax)) == Worker.phantom)
    let many = [DICOMFile.enhanced(Self.jpeg(declared: transferSyntax))]
    #expect(try Self.hounsfield(many) == Worker.phantom)
  }

  @Test func compressedFilesWithoutAHeaderAreRead() throws {
    let worker = Worker()
    defer { worker.remove() }
    for front in [DICOMFile.Front.nothing, .magic, .preamble] {
      let files = Self.jpeg().map { $0.bytes(front, .explicitLittle) }
      #expect(try worker.hounsfield(bytes: files) == Worker.phantom)
    }
  }

  /// A JPEG with another frame head, of which nothing is decoded.
  private static func named(_ frame: UInt8) -> [UInt8] {
    [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, frame, 0, 11, 16, 0, 20, 0, 24, 1, 1, 0x11, 0]
      + [UInt8](repeating: 0, count: 80)
  }

  @Test func whatIsNotReadIsNamed() {
    let cases: [(fragment: [UInt8], syntax: String, encoding: SeriesError.PixelEncoding)] = [
      (Self.named(0xf7), "1.2.840.10008.1.2.4.80", .jpegLS),
      (Self.named(0xf7), "1.2.840.10008.1.2.4.81", .jpegLS),
      (Self.named(0xf7), "1.2.840.10008.1.2.1", .jpegLS),
      (Self.named(0xf7), "1.2.840.10008.1.2.4.70", .jpegLS),
      (Self.named(0xc0), "1.2.840.10008.1.2.4.50", .lossyJPEG),
      (Self.named(0xc1), "1.2.840.10008.1.2.4.51", .lossyJPEG),
      (Self.named(0xc1), "1.2.840.10008.1.2", .lossyJPEG),
      ([0xff, 0x4f, 0xff, 0x51, 0, 41], "1.2.840.10008.1.2.4.91", .lossyJPEG2000),
      ([0xff, 0x4f, 0xff, 0x51, 0, 41], "1.2.840.10008.1.2.4.201", .highThroughputJPEG2000),
      ([0, 1, 2, 3], "1.2.840.10008.1.2.4.100", .unknown),
    ]
    for (fragment, syntax, encoding) in cases {
      var files = DICOMFile.series()
      for index in files.indices {
        files[index].transferSyntax = syntax
        files[index].fragments = [fragment]
      }
      let refusal = Result<[Int], SeriesError>.failure(.transferSyntaxUnsupported(encoding))
      #expect(Self.outcome(files) == refusal, "\(syntax)")
      #expect(Self.outcome([.enhanced(files)]) == refusal, "\(syntax), frames")
      // One such image among others.
      var mixed = DICOMFile.series()
      mixed[5] = files[5]
      #expect(Self.outcome(mixed) == refusal, "\(syntax), one")
    }
  }

  @Test func aDeflatedDataSetIsNamed() {
    let worker = Worker()
    defer { worker.remove() }
    let files = DICOMFile.series().map { file in
      let whole = file.bytes(.whole, .explicitLittle, declared: TransferSyntax.deflated)
      let data = file.bytes(.nothing, .explicitLittle)
      // What a stream of DEFLATE may begin with, instead of the first element.
      return whole.dropLast(data.count) + [0xed, 0xbd, 0x07, 0x60, 0x1c, 0x49, 0x96, 0x25, 0x26]
        + data.reversed()
    }
    let outcome = worker.outcome(files.flatMap(\.self), parts: files.map(\.count))
    #expect(outcome == .failure(.transferSyntaxUnsupported(.deflated)))
  }

  @Test("Frames in several fragments", arguments: [1, 2, 5]) func fragments(pieces: Int) throws {
    for files in [Self.jpeg(), Self.runLength()] {
      let cut = files.map { file in
        var file = file
        let frame = file.fragments?.first ?? []
        let length = (frame.count + pieces - 1) / pieces
        file.fragments = stride(from: 0, to: frame.count, by: length).map {
          Array(frame[$0..<min($0 + length, frame.count)])
        }
        return file
      }
      #expect(try Self.hounsfield(cut) == Worker.phantom)
      // Without a table of offsets a frame begins where a compressed image does.
      #expect(try Self.hounsfield([.enhanced(cut)]) == Worker.phantom)
    }
  }

  @Test func fragmentsOfWhichNothingSaysWhoseTheyAre() {
    for count in [17, 18, 40] {
      var file = DICOMFile.enhanced(Self.jpeg())
      file.fragments = (0..<count).map { [0x12, UInt8($0), 0, 0] }
      #expect(Self.outcome([file]) == .failure(.pixels(.fragments, images: 16)), "\(count)")
    }
  }

  @Test("Restart markers", arguments: [1, 24, 480]) func restarts(interval: Int) {
    var files = Self.jpeg()
    for index in files.indices {
      guard var frame = files[index].fragments?.first else { continue }
      // A segment that declares restarts, in front of the scan's own.
      let scan = frame.indices.first { frame[$0...].starts(with: [0xff, 0xda]) } ?? 2
      frame.insert(
        contentsOf: [0xff, 0xdd, 0, 4, UInt8(interval >> 8), UInt8(interval & 0xff)], at: scan)
      files[index].fragments = [frame]
    }
    #expect(Self.outcome(files) == .failure(.pixels(.restarts, images: 16)))
    #expect(Self.outcome([.enhanced(files)]) == .failure(.pixels(.restarts, images: 16)))
    var one = Self.jpeg()
    one[4] = files[4]
    #expect(Self.outcome(one) == .failure(.pixels(.restarts, images: 1)))
  }
}
