import TestSupport
import Testing

@testable import DICOM

/// Positions that were rounded are regular; a slice that is missing or out of place is not.
@Suite struct PositionTests {
  /// Positions as a scanner writes them: rounded to a unit.
  private static func files(
    step: Double, unit: Double, count: Int = 60, start: Double = -137, offset: Double = 0,
    down: Bool = false
  ) -> [DICOMFile] {
    (0..<count).map { index in
      var file = DICOMFile(
        index: index, hounsfield: [Int16](repeating: Int16(index), count: 64), columns: 8, rows: 8,
        spacing: [18, 18, 1])
      let place = ((start + Double(down ? -index : index) * step) / unit).rounded() * unit + offset
      file.texts[0x0020_0032] = "-120.5\\0.25\\\(place)"
      return file
    }
  }

  private static func outcome(_ files: [DICOMFile]) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    return worker.outcome(files)
  }

  /// The volume that the heads promise.
  private static func volume(_ files: [DICOMFile]) throws -> ImageStack.Volume {
    let images = try files.enumerated().map { index, file in
      ImageStack.Image(
        file: index, header: try #require(ImageHeader(file.bytes(), isWhole: true)))
    }
    return try ImageStack(images).volume(limits: SeriesLimits())
  }

  static let rounded: [(step: Double, unit: Double)] = [
    (0.625, 0.1), (0.75, 0.1), (1.25, 0.1), (0.33, 0.1), (0.7, 1), (0.625, 1), (0.75, 1), (1.25, 1),
    (1.5, 1), (2.5, 1), (0.8, 1), (1.1, 1), (3.3, 1), (0.6, 0.5), (1.25, 0.5),
  ]

  @Test("Rounded steps", arguments: rounded) func steps(step: Double, unit: Double) throws {
    for (down, offset) in [(false, 0.0), (true, 0), (false, 0.037), (true, -500.333)] {
      let files = Self.files(step: step, unit: unit, offset: offset, down: down)
      let volume = try Self.volume(files.reversed())
      #expect(abs(volume.step - step) < 0.002 * step + 0.001, "\(volume.step)")
      // Images at one rounded place keep the order of their numbers.
      let order = volume.slices.map(\.image)
      #expect(order == (down ? Array(0..<60) : (0..<60).reversed()))
    }
    let frames = Self.files(step: step, unit: unit)
    #expect(try Self.volume([.enhanced(frames)]).slices.map(\.frame) == Array(0..<60))
  }

  @Test("A gap in rounded steps", arguments: rounded) func gaps(step: Double, unit: Double) {
    for gap in [20..<21, 31..<34, 50..<52] {
      var files = Self.files(step: step, unit: unit)
      files.removeSubrange(gap)
      guard case .failure(.inconsistent) = Self.outcome(files) else {
        Issue.record("\(gap) missing")
        continue
      }
      // Frames count nothing but themselves.
      guard step >= 2 * unit || unit < 1 else { continue }
      guard case .failure(.inconsistent) = Self.outcome([.enhanced(files)]) else {
        Issue.record("frames \(gap) missing")
        continue
      }
    }
  }

  @Test func whatIsNotRoundingIsRefused() {
    // Whole millimetres without one, whatever the images' numbers say.
    for isCounted in [false, true] {
      for gap in [30, 7, 55] {
        var files = Self.files(step: 1, unit: 1)
        files.remove(at: gap)
        if isCounted { for index in files.indices { files[index].texts[0x0020_0013] = "\(index)" } }
        #expect(
          Self.outcome(files)
            == .failure(.inconsistent(.slicesMissing(places: 1, usual: 1, widest: 2))))
      }
    }
    // One out of place by a unit, in whole steps.
    for step in [2.0, 3, 5] {
      var files = Self.files(step: step, unit: 1)
      files[33].texts[0x0020_0032] = "-120.5\\0.25\\\(-137 + 33 * step + 1)"
      guard case .failure(.inconsistent(.spacing)) = Self.outcome(files) else {
        Issue.record("\(step): \(Self.outcome(files))")
        continue
      }
    }
    // Images that came twice under other numbers.
    var twice = Self.files(step: 1, unit: 1)
    twice.append(twice[9])
    twice[60].texts[0x0008_0018] = "1.2.3"
    #expect(Self.outcome(twice) == .failure(.inconsistent(.samePlace(count: 1))))
    // Steps that grow, all in whole millimetres.
    var growing = Self.files(step: 4, unit: 1)
    for index in growing.indices {
      growing[index].texts[0x0020_0032] = "0\\0\\\(4 * index + max(0, index - 30))"
    }
    guard case .failure(.inconsistent(.spacing(4, 5))) = Self.outcome(growing) else {
      Issue.record("\(Self.outcome(growing))")
      return
    }
    // Digits that were not rounded excuse nothing.
    var digits = Self.files(step: 0.625, unit: 0.1)
    for index in digits.indices {
      digits[index].texts[0x0020_0032] =
        "0\\0\\\(0.123457 + Double(index) * 0.6 + (index % 2 == 0 ? 0.13 : 0))"
    }
    guard case .failure(.inconsistent(.spacing)) = Self.outcome(digits) else {
      Issue.record("\(Self.outcome(digits))")
      return
    }
  }

  @Test func imagesAtOneRoundedPlaceNeedNumbers() {
    for text in [nil, "", "1"] as [String?] {
      var files = Self.files(step: 0.625, unit: 1)
      for index in files.indices { files[index].texts[0x0020_0013] = text }
      guard case .failure(.inconsistent(.samePlace)) = Self.outcome(files) else {
        Issue.record("\(text ?? "nil")")
        continue
      }
    }
  }

  @Test("A stack that leans", arguments: [0.1, 0.3, 0.5, 0.9, 1.2, 3, 15, -0.4, -2])
  func drift(degrees: Double) throws {
    // Whole millimetres hide a fifth of a degree.
    for unit in abs(degrees) == 1.2 ? [0.0001, 0.1] : [0.0001, 0.1, 1] {
      var files = Self.files(step: 5, unit: 0.001)
      let slope = Self.tangent(degrees)
      for index in files.indices {
        let x = (-120 + slope * 5 * Double(index)) / unit
        files[index].texts[0x0020_0032] = "\(x.rounded() * unit)\\0\\\(5 * index)"
      }
      if abs(degrees) < 1 {
        let volume = try Self.volume(files)
        #expect(abs(volume.step - 5) < 1e-6)
      } else {
        guard case .failure(.inconsistent(.tilted(let found))) = Self.outcome(files) else {
          Issue.record("\(Self.outcome(files))")
          continue
        }
        #expect(abs(found - abs(degrees)) < 0.2)
      }
    }
  }

  private static func tangent(_ degrees: Double) -> Double {
    let angle = degrees * .pi / 180
    // Enough terms for 15 degrees.
    return angle + angle * angle * angle / 3 + 2 * angle * angle * angle * angle * angle / 15
  }

  @Test func anImageBesideTheOthersIsNamedWithItsDistance() {
    for (text, count, distance) in [("2", 1, 2.0), ("-0.75", 1, 0.75), ("0.6", 1, 0.6)] {
      var files = Self.files(step: 5, unit: 0.001)
      for index in files.indices { files[index].texts[0x0020_0032] = "0.123\\0\\\(5 * index)" }
      files[40].texts[0x0020_0032] = "\(0.123 + (Double(text) ?? 0))\\0\\200"
      #expect(
        Self.outcome(files)
          == .failure(.inconsistent(.beside(count: count, millimetres: distance))), "\(text)")
    }
  }
}
