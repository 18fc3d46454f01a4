import TestSupport
import Testing

@testable import Volumes

/// What the doctor says of whole files.
struct DoctorVolumesTests {
  @Test func repeatedSlicesAreCounted() throws {
    var values = VolumesPhantom.small.hounsfield
    let file = HostileVolumes.good()
    let plane = Int(file.dims[1] * file.dims[2])
    // The voxels of a good file are stored as L, P, S: slices are its slowest axis.
    for index in 0..<plane { values[5 * plane + index] = values[4 * plane + index] }
    var repeated = file
    repeated.setVoxels(values, as: .int16)
    #expect(try Self.warnings(repeated).contains(.slicesRepeated(count: 1)))
    #expect(try Self.warnings(file).isEmpty)
  }

  @Test(arguments: [(AnatomicalAxis.x, 0), (.y, 1), (.z, 2)])
  func impossibleFieldsOfViewAreNamed(_ axis: AnatomicalAxis, _ place: Int) throws {
    let limit = axis == .z ? 1000.0 : 800.0
    for (factor, isLong) in [(0.99, false), (1.01, true)] {
      var file = HostileVolumes.good()
      for place in 1...3 { file.dims[place] = 64 }
      let chest = VolumesPhantom.small.hounsfield
      file.setVoxels((0..<(64 * 64 * 64)).map { chest[$0 % chest.count] }, as: .int16)
      let stretch = factor * limit / 64 / file.pixdim[place + 1]
      file.pixdim[place + 1] *= stretch
      for row in 0..<3 { file.sform[4 * row + place] *= stretch }
      let long = try Self.warnings(file).filter { $0.code == "fov-long-\(axis)" }
      #expect(long.count == (isLong ? 1 : 0))
    }
  }

  private static func warnings(_ file: NIfTIFile) throws -> [VolumeWarning] {
    let spool = NIfTISpool(file.bytes())
    return try withExtendedLifetime(spool) {
      try Preprocessing.summarize(try open(spool)).warnings
    }
  }
}
