import SeriesFacts
import Testing
import Volumes

@testable import Archives
@testable import Inference

/// A volume's description as a store or an archive of somebody else may hold it.
@Suite struct StoredDescriptionTests {
  private static let good = """
    {"format":"nifti1","shape":[24,24,20],"spacing_mm":[14,14,16],"orientation":"LPS",\
    "affine":[14,0,0,0,0,14,0,0,0,0,16,0],"slope":1,"intercept":0,"min":-1000,"max":40,"p01":-1000,\
    "p99":40,"voxels":11520,"warnings":[]}
    """

  private static func with(_ old: String, _ new: String) -> [UInt8] {
    Array(good.replacing(old, with: new).utf8)
  }

  @Test func aSoundDescriptionIsRead() {
    #expect(VolumeDescription(document: Array(Self.good.utf8)) != nil)
    let warned = Self.with(
      "\"warnings\":[]",
      "\"warnings\":[[\"fov-long\",2,1000.5],[\"slices-missing\",1048576,0],[\"series-chosen\",2]]")
    #expect(VolumeDescription(document: warned)?.warnings.count == 3)
  }

  @Test func seriesAreComparedAgainAsTheyWere() throws {
    let comparison = SeriesComparison(
      taken: SeriesMeasure(positions: 79, extent: 311.0127, spacing: 3.987342),
      skipped: SeriesRule.allCases.map {
        SkippedSeries(
          measure: SeriesMeasure(positions: 16, extent: 60.5, spacing: 0), rule: $0)
      })
    for warning in [VolumeWarning.seriesChosen(of: 14, comparison), .seriesChosen(of: 3)] {
      let good = try #require(VolumeDescription(document: Array(Self.good.utf8)))
      let description = VolumeDescription(
        format: good.format, shape: good.shape, spacing: good.spacing,
        orientation: good.orientation, affine: good.affine, slope: good.slope,
        intercept: good.intercept, intensity: good.intensity, warnings: [warning])
      #expect(VolumeDescription(document: description.document)?.warnings == [warning])
    }
  }

  @Test(arguments: [
    "[-5,24,20]", "[0,24,20]", "[1099511627776,1099511627776,1099511627776]", "[24,24,2049]",
    "[24,24,20.5]", "[1e300,24,20]", "[2048,2048,2048]", "[24,24]", "[24,24,\"20\"]",
    "[-9223372036854775808,24,20]",
  ])
  func anImpossibleShapeIsNoDescription(shape: String) {
    #expect(VolumeDescription(document: Self.with("[24,24,20]", shape)) == nil)
  }

  @Test(arguments: [
    "[\"fov-long\",0,1e300]", "[\"fov-long\",3,900]", "[\"fov-long\",-1,900]",
    "[\"fov-long\",0,-1]", "[\"fov-short\",0,1e10,300]", "[\"fov-short\",0,30,1e308]",
    "[\"slices-missing\",9223372036854775807,1]", "[\"slices-missing\",0,-9223372036854775808]",
    "[\"series-chosen\",2,[1,2]]", "[\"series-chosen\",2,[-1,2,3]]",
    "[\"series-chosen\",2,[1,1e300,3]]", "[\"series-chosen\",2,[9,2,3],[1,2,3]]",
    "[\"series-chosen\",2,[9,2,3],[1,2,3,\"none\"]]", "[\"series-chosen\",2,\"a\"]",
    "[\"series-chosen\",2,[9,2,3,4,5]]",
    "[\"slices-repeated\",1e18]", "[\"series-chosen\",-1]", "[\"slices-repeated\",2.5]",
    "[\"spacing-conflict\",0,1,2]", "[\"spacing-conflict\",4,1,2]",
    "[\"spacing-conflict\",1,1e999,2]",
  ])
  func anImpossibleWarningIsNoDescription(warning: String) {
    let document = Self.with("\"warnings\":[]", "\"warnings\":[\(warning)]")
    #expect(VolumeDescription(document: document) == nil)
  }

  @Test(arguments: [
    ("[14,14,16]", "[0,14,16]"), ("[14,14,16]", "[14,14,1e-300]"), ("[14,14,16]", "[14,14,21]"),
    ("\"max\":40", "\"max\":1e300"), ("\"p99\":40", "\"p99\":-1e39"),
    ("\"voxels\":11520", "\"voxels\":-1"), ("\"voxels\":11520", "\"voxels\":1e18"),
    ("[14,0,0,0,0,14,0,0,0,0,16,0]", "[1,2,3]"), ("\"slope\":1", "\"slope\":1e999"),
  ])
  func anImpossibleNumberIsNoDescription(old: String, new: String) {
    #expect(VolumeDescription(document: Self.with(old, new)) == nil)
  }
}
