import TestSupport
import Testing

@testable import DICOM

/// What is not a CT is not read as one, and is named.
@Suite struct ObjectKindTests {
  private static let root = "1.2.840.10008.5.1.4.1.1."

  private static func outcome(
    _ sopClass: String?, _ modality: String?, _ change: (inout DICOMFile) -> Void = { _ in }
  ) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    for index in files.indices {
      files[index].texts[0x0008_0016] = sopClass
      files[index].texts[0x0008_0060] = modality
      change(&files[index])
    }
    return worker.outcome(files)
  }

  @Test(
    "Other objects",
    arguments: [
      ("20", "NM", .nuclearMedicine), ("20", "CT", .nuclearMedicine), ("20", "", .nuclearMedicine),
      ("128", "PT", .positronEmission), ("130", "PT", .positronEmission),
      ("128.1", "CT", .positronEmission), ("4", "MR", .magneticResonance),
      ("4.1", "MR", .magneticResonance), ("12.1", "XA", .radiograph), ("13.1.1", "XA", .radiograph),
      ("1", "CR", .radiograph), ("481.2", "RTDOSE", .radiotherapy), ("481.2", "CT", .radiotherapy),
      ("66.4", "SEG", .segmentation), ("7", "CT", .secondaryCapture),
      ("7", "OT", .secondaryCapture),
      ("7.3", "CT", .secondaryCapture), ("6.1", "US", .ultrasound), ("14.1", "IVOCT", .other),
      // These begin as the classes of CT do.
      ("2.3", "CT", .other), ("2.1.1", "CT", .other), ("21", "CT", .other), ("200.1", "CT", .other),
      // The class of CT, and another modality.
      ("2", "NM", .contradiction), ("2", "PT", .contradiction), ("2.1", "OT", .contradiction),
    ] as [(String, String, SeriesError.FileKind)])
  func others(suffix: String, modality: String, kind: SeriesError.FileKind) {
    let refusal = Result<[Int], SeriesError>.failure(
      .noImages(files: 16, found: [.init(kind: kind, count: 16)]))
    #expect(Self.outcome(Self.root + suffix, modality) == refusal)
  }

  @Test func whatIsACT() {
    for (sopClass, modality) in [
      (Self.root + "2", "CT"), (Self.root + "2", ""), (Self.root + "2", nil),
      (Self.root + "2", "ct"), (nil, "CT"), ("1.2.3.4.5", "CT"), (Self.root + "2 ", "CT "),
    ] {
      #expect(Self.outcome(sopClass, modality) == .success([16, 1]), "\(sopClass ?? "nil")")
    }
  }

  @Test func kindsAreCounted() {
    let worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    for index in files.indices {
      files[index].texts[0x0008_0016] = Self.root + (index < 5 ? "128" : "20")
      files[index].texts[0x0008_0060] = index < 5 ? "PT" : "NM"
    }
    files[15] = DICOMFile.series()[15]
    files[15].texts[0x0008_0008] = "ORIGINAL\\PRIMARY\\LOCALIZER"
    let bytes = files.map { $0.bytes() } + [Array("text".utf8)]
    #expect(
      worker.outcome(bytes.flatMap(\.self), parts: bytes.map(\.count))
        == .failure(
          .noImages(
            files: 17,
            found: [
              .init(kind: .notDICOM, count: 1), .init(kind: .nuclearMedicine, count: 10),
              .init(kind: .positronEmission, count: 5), .init(kind: .localizer, count: 1),
            ])))
    // Beside a CT they are skipped.
    var spect = files[7]
    spect.texts[0x0020_000e] = "1.2.3"
    #expect(worker.outcome(DICOMFile.series() + [spect]) == .success([16, 1]))
  }

  @Test(
    "Signed values of few bits, without their sign in the other bits", arguments: [10, 11, 12, 14])
  func signs(bits: Int) throws {
    let worker = Worker()
    defer { worker.remove() }
    let limit = 1 << (bits - 1)
    var files = DICOMFile.series()
    var wanted: [[Double]] = []
    for index in files.indices {
      files[index].numbers[0x0028_0101] = bits
      files[index].numbers[0x0028_0102] = bits - 1
      let values = files[index].pixels.map { min(max(Int($0), -limit), limit - 1) }
      wanted.append(values.map(Double.init).sorted())
      files[index].pixels = values.map { Int16(truncatingIfNeeded: $0 & (1 << bits - 1)) }
    }
    #expect(try worker.hounsfield(files) == wanted)
    #expect(try worker.hounsfield([.enhanced(files)]) == wanted)
  }
}
