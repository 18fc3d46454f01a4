import TestSupport
import Testing

@testable import DICOM

/// One instance UID for all, and images that came twice.
@Suite struct RepeatedImageTests {
  private static let series = DICOMFile.series()

  private static func outcome(_ files: [DICOMFile]) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    return worker.outcome(files)
  }

  private static func renamed(_ files: [DICOMFile], _ number: String?) -> [DICOMFile] {
    files.map { file in
      var file = file
      file.texts[0x0008_0018] = number
      return file
    }
  }

  @Test func oneNumberForAllImages() throws {
    let worker = Worker()
    defer { worker.remove() }
    for number in ["1.2.3", "", nil] as [String?] {
      #expect(try worker.hounsfield(Self.renamed(Self.series, number)) == Worker.phantom)
    }
  }

  @Test func copiesCountOnce() {
    for copies in [[4], [0, 15], Array(0..<16)] {
      #expect(Self.outcome(Self.series + copies.map { Self.series[$0] }) == .success([16, 1]))
    }
    // With one number for all, too.
    let same = Self.renamed(Self.series, "1.2.3")
    #expect(Self.outcome(same + same.prefix(3)) == .success([16, 1]))
  }

  @Test func oneNumberDoesNotHideASecondPhase() {
    var phase = Self.renamed(Self.series, "1.2.3")
    for index in phase.indices { phase[index].pixels = phase[index].pixels.map { $0 / 2 } }
    let first = Self.renamed(Self.series, "1.2.3")
    let refusal = { (count: Int) in
      Result<[Int], SeriesError>.failure(.inconsistent(.samePlace(count: count)))
    }
    #expect(Self.outcome(first + phase) == refusal(16))
    #expect(Self.outcome(first + [phase[7]]) == refusal(1))
    #expect(Self.outcome(first + first + [phase[7], phase[7]]) == refusal(1))
    // Numbers that differ, at one place.
    #expect(Self.outcome(Self.series + [phase[7]]) == refusal(1))
  }
}
