import TestSupport
import Testing

@testable import Volumes

/// What is said of a volume does not depend on how its file is packed.
@Suite struct AxialSurveyTests {
  /// The survey of a stored grid.
  static func survey(_ grid: VolumesStoredGrid) throws -> AxialSurvey {
    try withVolume(grid.file().bytes()) { volume throws(VolumeError) in
      let survey = AxialSurvey(geometry: volume.header.geometry, fileShape: volume.shape)
      let (width, count) = (volume.shape[0], volume.shape[0] * volume.shape[1])
      for index in 0..<volume.shape[2] {
        let plane = grid.values[(index * count)..<((index + 1) * count)].map { Float($0) }
        plane.withUnsafeBufferPointer { survey.add($0, index: index, width: width) }
      }
      return survey
    }
  }

  @Test func slicesLieFromTheFeetUpInEveryOrientation() throws {
    let phantom = VolumesPhantom(shape: [12, 10, 9], spacing: [20, 20, 20]) { x, y, z in
      Double(x + 20 * y + 400 * z - 1000)
    }
    for code in VolumesOrientations.all {
      let survey = try Self.survey(phantom.stored(as: code))
      #expect(survey.shape == [12, 10, 9])
      let found = (0..<9).flatMap { survey.slice($0).map { Double($0) } }
      #expect(found == phantom.hounsfield, "\(code)")
    }
  }

  @Test(arguments: [
    (1, 128, [0]), (128, 128, Array(0..<128)), (129, 64, Array(stride(from: 1, to: 129, by: 3))),
  ])
  func latticesLieInTheMiddle(_ extent: Int, _ most: Int, _ wanted: [Int]) {
    #expect(AxialSurvey.lattice(extent, most) == wanted)
  }

  @Test func latticesAreNeverEmptyNorTooLong() {
    for extent in 1...600 {
      for most in [1, 2, 64, 128] {
        let lattice = AxialSurvey.lattice(extent, most)
        #expect((1...most).contains(lattice.count) && lattice.allSatisfy { $0 < extent })
      }
    }
  }

  @Test func roundsToWholeHU() throws {
    let values = [-32768, -1000.4, -0.6, 0.4, 32767, 1000.5]
    let survey = AxialSurvey(
      geometry: try #require(
        VolumeGeometry(
          spacing: [1, 1, 1], affine: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0], orientation: "LPS")),
      fileShape: [6, 1, 1])
    values.map { Float($0) }.withUnsafeBufferPointer { survey.add($0, index: 0, width: 6) }
    #expect(Array(survey.slice(0)) == [-32768, -1000, -1, 0, 32767, 1000])
  }

  /// Steps of 20 HU, some slices cut out, some repeated.
  private static func stack(_ levels: [Int]) -> VolumesPhantom {
    VolumesPhantom(shape: [31, 24, levels.count], spacing: [10, 12, 6]) { x, y, z in
      Double(levels[z] * 20 + (3 * x + 5 * y) % 7 - 800)
    }
  }

  private static func warnings(
    _ phantom: VolumesPhantom, as code: String, _ type: NIfTIDatatype = .int16,
    slicePositions: SlicePositionKnowledge = .unknown
  ) throws -> [VolumeWarning] {
    let spool = NIfTISpool(phantom.stored(as: code).file(datatype: type).bytes())
    return try withExtendedLifetime(spool) {
      let volume = try NIfTIVolume.open(
        fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount,
        slicePositions: slicePositions)
      return try Preprocessing.summarize(volume).warnings
    }
  }

  /// All 48 orientations get one verdict; the slice is named as the file counts.
  @Test func aGapIsAGapInEveryOrientation() throws {
    let phantom = Self.stack(Array(0..<20) + Array(23..<50))
    for code in VolumesOrientations.all {
      let found = try Self.warnings(phantom, as: code)
      let isUpwards = code.contains("S")
      let wanted = VolumeWarning.slicesMissing(after: isUpwards ? 19 : 26, places: 1)
      #expect(found.filter { $0.code == "slices-missing" } == [wanted], "\(code)")
      #expect(!found.contains { $0.code == "slices-repeated" }, "\(code)")
    }
  }

  @Test func aWholeStackHasNoneInAnyOrientation() throws {
    let phantom = Self.stack(Array(0..<50))
    for code in VolumesOrientations.all {
      let codes = try Self.warnings(phantom, as: code).map(\.code)
      #expect(!codes.contains("slices-missing") && !codes.contains("slices-repeated"), "\(code)")
    }
  }

  @Test func repeatedSlicesAreAxialOnesInEveryOrientation() throws {
    let phantom = Self.stack(Array(0..<20) + [19, 19] + Array(20..<40) + [39])
    for code in VolumesOrientations.all {
      let found = try Self.warnings(phantom, as: code)
      #expect(found.contains(.slicesRepeated(count: 3)), "\(code): \(found)")
    }
  }

  @Test(arguments: [NIfTIDatatype.int16, .int32, .float32, .float64, .int64])
  func theTypeChangesNothing(_ type: NIfTIDatatype) throws {
    let phantom = Self.stack(Array(0..<20) + Array(23..<50))
    #expect(
      try Self.warnings(phantom, as: "RPI", type) == Self.warnings(phantom, as: "RPI", .int16))
  }

  /// Where every position was read there is nothing to guess; what was measured is still said.
  @Test func knownPositionsAreNotGuessed() throws {
    let phantom = Self.stack(Array(0..<20) + Array(23..<30) + [29] + Array(30..<50))
    for code in ["LPS", "RAS", "PIR", "SLA"] {
      let guessed = try Self.warnings(phantom, as: code).map(\.code)
      let known = try Self.warnings(phantom, as: code, slicePositions: .checked).map(\.code)
      #expect(guessed.contains("slices-missing"))
      #expect(known == guessed.filter { $0 != "slices-missing" }, "\(code)")
      #expect(known.contains("slices-repeated"))
    }
  }
}
