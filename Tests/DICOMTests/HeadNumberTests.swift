import TestSupport
import Testing

@testable import DICOM

/// Numbers of a head that would overflow, divide by zero or become NaN are refused, and end no process.
@Suite struct HeadNumberTests {
  /// What becomes of the phantom's series with one element changed in all images, or in one.
  private static func outcome(
    _ tag: UInt32, _ text: String?, only index: Int? = nil
  ) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    for place in files.indices where index == nil || index == place {
      files[place].texts[tag] = text
    }
    return worker.outcome(files)
  }

  @Test(
    "Directions",
    arguments: [
      "1e200\\1e200\\0\\1e200\\1e200\\0", "1e154\\0\\0\\0\\1e155\\0", "0\\0\\0\\0\\0\\0",
      "1\\0\\0\\1\\0\\0", "1\\0\\0\\0.6\\0.8\\0", "2\\0\\0\\0\\2\\0", "1e-200\\0\\0\\0\\1e-200\\0",
      "-1e308\\1e308\\-1e308\\1e308\\1e308\\1e308", "nan\\0\\0\\0\\1\\0", "1\\0\\0\\0\\inf\\0",
      "1\\0\\0\\0\\1", "1\\0\\0\\0\\1\\0\\0", "", "0x1\\0\\0\\0\\0x1\\0",
    ]) func direction(text: String)
  {
    #expect(Self.outcome(0x0020_0037, text) == .failure(.inconsistent(.direction(images: 16))))
    #expect(
      Self.outcome(0x0020_0037, text, only: 5) == .failure(.inconsistent(.direction(images: 1))))
  }

  @Test(
    "Positions",
    arguments: [
      "1e308\\-1e308\\1e308", "0\\0\\1e200", "0\\0\\-1e100001", "0\\0\\nan", "0\\0", "0\\0\\0\\0",
      "0\\0\\", "a\\b\\c", "0,5\\0\\1",
    ]) func position(text: String)
  {
    #expect(
      Self.outcome(0x0020_0032, text, only: 3) == .failure(.inconsistent(.position(images: 1))))
  }

  @Test func positionsThatHardlyDifferAreOnePlace() {
    for step in [0, Double.leastNonzeroMagnitude, 1e-300, 1e-9] {
      let worker = Worker()
      defer { worker.remove() }
      var files = DICOMFile.series()
      for index in files.indices {
        files[index].texts[0x0020_0032] = "0\\0\\\(Double(index) * step)"
      }
      #expect(worker.outcome(files) == .failure(.inconsistent(.samePlace(count: 15))))
    }
  }

  @Test func numbersThatOrderSeriesMayBeAnything() {
    for text in ["99999999999999999999999", "-1", "1e300", "abc", ""] {
      #expect(Self.outcome(0x0020_0011, text) == .success([16, 1]), "\(text)")
    }
  }

  @Test func checkedNumbers() {
    #expect(CheckedNumber.decimal(" -1.5e2 ", in: -200...200) == -150)
    for text in ["", " ", "nan", "inf", "1e400", "0x10", "1,5", "201", "1 2", "--1"] {
      #expect(CheckedNumber.decimal(text, in: -200...200) == nil, "\(text)")
    }
    #expect(CheckedNumber.decimals("1\\2 ", count: 2, in: 0...9) == [1, 2])
    #expect(CheckedNumber.decimals("1\\2\\3", count: 2, in: 0...9) == nil)
    #expect(CheckedNumber.integer("+7 ", in: 0...9) == 7)
    #expect(CheckedNumber.integer("9223372036854775808", in: 0...Int.max) == nil)
    #expect(CheckedNumber.whole(2.6, in: 0...9) == 3)
    for value in [Double.nan, .infinity, -.infinity, 1e300, 9.6, -1] {
      #expect(CheckedNumber.whole(value, in: 0...9) == nil, "\(value)")
    }
    #expect(CheckedNumber.product(2, 3, 4) == 24 && CheckedNumber.product(.max, 2) == nil)
    #expect(Vector.angle(cosine: -2) == 180 && Vector.angle(cosine: 2) == 0)
  }
}
