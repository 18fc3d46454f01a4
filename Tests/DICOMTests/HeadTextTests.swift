import TestSupport
import Testing

@testable import DICOM

/// Decimal strings as writers spoil them: read, or refused under the attribute's name; never a default in silence.
@Suite struct HeadTextTests {
  private static func outcome(
    _ tag: UInt32, _ text: String, only index: Int? = nil
  ) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    for place in files.indices where index == nil || index == place {
      files[place].texts[tag] = text
    }
    return worker.outcome(files)
  }

  private static func refusal(_ tag: UInt32, _ images: Int) -> Result<[Int], SeriesError> {
    switch tag {
    case 0x0028_0030: .failure(.pixelSpacing(images: images))
    case 0x0020_0032: .failure(.inconsistent(.position(images: images)))
    case 0x0020_0037: .failure(.inconsistent(.direction(images: images)))
    default: .failure(.pixels(.rescale, images: images))
    }
  }

  private static let right: [UInt32: String] = [
    0x0028_0030: "18.5\\16", 0x0020_0032: "0\\0\\100", 0x0020_0037: "1\\0\\0\\0\\1\\0",
    0x0028_1052: "0.0", 0x0028_1053: "1.0",
  ]

  @Test(
    "Texts that are not decimal numbers",
    arguments: [
      (0x0028_0030, "18,5\\16,0"), (0x0028_0030, "18,5\\16"), (0x0028_0030, "1.85e\\16"),
      (0x0028_0030, "18.5 mm\\16"), (0x0028_0030, "\0\018.5\\16"), (0x0020_0032, "0\\0\\100,5"),
      (0x0020_0032, "0,0\\0,0\\100,0"), (0x0020_0032, "0\\0\\1e"), (0x0020_0032, "0 0 100"),
      (0x0020_0037, "1,0\\0,0\\0\\0\\1\\0"), (0x0020_0037, "1\\0\\0\\0\\1.\\0e"),
      (0x0028_1052, "-1,024"), (0x0028_1052, "-1024e"), (0x0028_1052, "\0-1024"),
      (0x0028_1052, "-10\024"), (0x0028_1053, "1,0"), (0x0028_1053, "1 0"), (0x0028_1053, "1.0.0"),
    ] as [(UInt32, String)]) func spoilt(tag: UInt32, text: String)
  {
    #expect(Self.outcome(tag, text) == Self.refusal(tag, 16))
    #expect(Self.outcome(tag, text, only: 5) == Self.refusal(tag, 1))
  }

  @Test("Padding of any kind", arguments: ["%\0\0\0", "  %  ", "\t%\r\n", "%\n\0", "\n% \0"])
  func padding(pattern: String) {
    for (tag, text) in Self.right {
      let outcome = Self.outcome(tag, pattern.replacing("%", with: text), only: 5)
      #expect(outcome == .success([16, 1]), "\(tag)")
    }
  }

  @Test func nothingIsNotANumber() {
    for text in ["", " ", "\0\0"] {
      for tag in [0x0028_0030, 0x0020_0032, 0x0020_0037] as [UInt32] {
        #expect(Self.outcome(tag, text, only: 5) == Self.refusal(tag, 1))
      }
    }
  }
}
