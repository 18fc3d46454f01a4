import TestSupport
import Testing

@testable import DICOM

/// Files without a preamble, without group 2, with a transfer syntax that is wrong or missing.
@Suite struct FileStartTests {
  private static func outcome(_ files: [[UInt8]]) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    return worker.outcome(files.flatMap(\.self), parts: files.map(\.count))
  }

  private static func hounsfield(_ files: [[UInt8]]) throws -> [[Double]] {
    let worker = Worker()
    defer { worker.remove() }
    return try worker.hounsfield(bytes: files)
  }

  @Test(
    "Every front with every writing", arguments: DICOMFile.Front.allCases,
    DICOMFile.Writing.allCases)
  func fronts(front: DICOMFile.Front, writing: DICOMFile.Writing) throws {
    let files = DICOMFile.series().map { $0.bytes(front, writing) }
    #expect(try Self.hounsfield(files) == Worker.phantom)
    // One such file alone, beside whole ones, is not lost.
    var mixed = DICOMFile.series().map { $0.bytes() }
    mixed[15] = files[15]
    #expect(try Self.hounsfield(mixed) == Worker.phantom)
    #expect(SeriesFile.mayBeDICOM(Array(files[0].prefix(SeriesFile.headBytes))))
    let spool = NIfTISpool(files[0])
    #expect(
      SeriesFile(fileDescriptor: spool.fileDescriptor, byteCount: files[0].count).isSeries)
  }

  @Test(
    "What the transfer syntax says of the elements", arguments: DICOMFile.Writing.allCases,
    ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", ""])
  func declared(writing: DICOMFile.Writing, transferSyntax: String) throws {
    let files = DICOMFile.series().map { $0.bytes(.whole, writing, declared: transferSyntax) }
    #expect(try Self.hounsfield(files) == Worker.phantom)
  }

  @Test(
    "Uncompressed pixels under a compressed syntax",
    arguments: [
      "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.80",
      "1.2.840.10008.1.2.1.99",
    ]) func uncompressed(transferSyntax: String) throws
  {
    var files = DICOMFile.series()
    for index in files.indices { files[index].transferSyntax = transferSyntax }
    #expect(try Self.hounsfield(files.map { $0.bytes() }) == Worker.phantom)
    // With another length they are not believed.
    files[3].pixels.removeLast()
    guard case .failure = Self.outcome(files.map { $0.bytes() }) else {
      Issue.record("a file that is too short")
      return
    }
  }

  @Test func aHeaderAsTheRestIsWritten() throws {
    // Group 2 must be explicit; here it is implicit, before either data set.
    func implicit(_ tag: UInt32, _ text: String) -> [UInt8] {
      let value = Array(text.utf8) + (text.utf8.count.isMultiple(of: 2) ? [] : [0])
      let number = { (value: UInt32, count: Int) in
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
      }
      return number(tag >> 16, 2) + number(tag & 0xffff, 2) + number(UInt32(value.count), 4) + value
    }
    let front =
      [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
      + implicit(0x0002_0002, "1.2.840.10008.5.1.4.1.1.2")
      + implicit(0x0002_0010, "1.2.840.10008.1.2")
    for writing in [DICOMFile.Writing.implicitLittle, .explicitLittle] {
      let files = DICOMFile.series().map { front + $0.bytes(.nothing, writing) }
      #expect(try Self.hounsfield(files) == Worker.phantom)
    }
  }

  @Test func whatIsNotDICOMIsNotTakenForIt() {
    let files: [[UInt8]] = [
      Array("a text that is longer than a preamble ".utf8) + [UInt8](repeating: 32, count: 200),
      VolumesPhantom.small.stored(as: "LPS").file().bytes(), [UInt8](repeating: 7, count: 500),
      [0x1f, 0x8b] + [UInt8](repeating: 8, count: 300),
      [8, 0, 5, 0, 255, 255, 255, 255] + [UInt8](repeating: 0, count: 300),
    ]
    for bytes in files { #expect(FileStart(bytes) == nil, "\(bytes.prefix(8))") }
    #expect(
      Self.outcome(files)
        == .failure(.noImages(files: 5, found: [.init(kind: .notDICOM, count: 5)])))
  }

  @Test func aTransferSyntaxThatNobodyKnowsIsRefused() {
    for text in ["1.2.3.4", "1.2.840.113619.5.2", "nonsense"] {
      let files = DICOMFile.series().map {
        $0.bytes(.whole, .explicitLittle, declared: text)
      }
      #expect(Self.outcome(files) == .failure(.transferSyntaxUnsupported(.unknown)), "\(text)")
    }
  }
}
