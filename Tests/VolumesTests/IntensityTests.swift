import TestSupport
import Testing
import Volumes

@Suite("Intensity") struct IntensityTests {
  @Test("summary counts all voxels, those that are cropped away too") func wholeVolume() throws {
    let phantom = VolumesPhantom(shape: [31, 33, 29], spacing: [2, 2, 2], seed: 5)
    let sorted = phantom.hounsfield.sorted().map { Float($0) }
    let recipe = try PreprocessingRecipe(spacing: [2, 2, 2], shape: [4, 4, 4])
    for datatype in [NIfTIDatatype.int16, .float32, .float64, .int64] {
      let bytes = phantom.stored(as: "ASR").file(datatype: datatype).bytes()
      let found = try prepare(bytes, recipe: recipe).intensity
      #expect(found.minimum == sorted.first)
      #expect(found.maximum == sorted.last)
      #expect(found.percentile1 == sorted[(sorted.count + 99) / 100 - 1])
      #expect(found.percentile99 == sorted[(sorted.count * 99 + 99) / 100 - 1])
      #expect(found.voxelCount == sorted.count)
      let summary = try withVolume(bytes) { volume throws(VolumeError) in
        try Preprocessing.summarize(volume)
      }
      #expect(summary.intensity == found)
    }
  }

  @Test("percentiles stay within the extremes") func withinExtremes() throws {
    var file = HostileVolumes.good()
    var values = [Double](repeating: 1.75, count: 7680)
    values[0] = 0.5
    file.setVoxels(values, as: .float64)
    let found = try prepare(file.bytes(), recipe: tinyRecipe()).intensity
    #expect(found.minimum == 0.5 && found.percentile1 == 1.75 && found.percentile99 == 1.75)
  }

  @Test("needs one HU between the smallest and the largest value") func contrast() throws {
    for (largest, code) in [(1.0, nil), (0.999, "no-contrast")] as [(Double, String?)] {
      var file = HostileVolumes.good()
      var values = [Double](repeating: 0, count: 7680)
      values[7] = largest
      file.setVoxels(values, as: .float64)
      #expect(refusal(of: file.bytes(), recipe: try tinyRecipe()) == code, "\(largest)")
    }
  }

  @Test("is checked in every voxel, wherever it lies") func everyVoxel() throws {
    let recipe = try PreprocessingRecipe(spacing: [1, 1, 1], shape: [1, 1, 1])
    for position in [0, 1, 479, 480, 3000, 7679] {
      var file = HostileVolumes.good()
      var values = VolumesPhantom.small.hounsfield
      values[position] = 40_000
      file.setVoxels(values, as: .int32)
      #expect(refusal(of: file.bytes(), recipe: recipe) == "not-hounsfield", "\(position)")
      values[position] = .nan
      file.setVoxels(values, as: .float32)
      #expect(refusal(of: file.bytes(), recipe: recipe) == "non-finite-voxels", "\(position)")
    }
  }

  @Test("short fields of view are told with both lengths") func shortFieldOfView() throws {
    let phantom = VolumesPhantom(shape: [24, 20, 9], spacing: [16, 18, 20])
    let recipe = try tinyRecipe()
    let prepared = try prepare(phantom.stored(as: "SAL").file().bytes(), recipe: recipe)
    #expect(
      prepared.warnings == [.fieldOfViewShort(axis: .z, fieldOfView: 180, expected: 384)])
    #expect(prepared.warnings.map(\.code) == ["fov-short-z"])
  }
}
