import Testing

@testable import Volumes

/// Small pictures for lists.
@Suite struct ThumbnailTests {
  @Test func aPixelIsTheMeanOfTheAreaThatItCovers() {
    let picture = SlicePicture(
      width: 4, height: 2, samples: [0, 100, 200, 40, 20, 80, 100, 60], isColour: false)
    let half = picture.scaled(toLongest: 2, pixel: [1, 1])
    #expect(half.width == 2 && half.height == 1 && half.samples == [50, 100])
    // Two thirds of a pixel belong to the first of three new pixels.
    let third = SlicePicture(width: 2, height: 1, samples: [30, 90], isColour: false)
      .scaled(toLongest: 3, pixel: [1.5, 1])
    #expect(third.width == 3 && third.samples == [30, 60, 90])
    let colour = SlicePicture(
      width: 2, height: 1, samples: [0, 50, 100, 100, 150, 200], isColour: true)
    #expect(colour.scaled(toLongest: 1, pixel: [1, 1]).samples == [50, 100, 150])
  }

  @Test func pixelsBecomeSquareAndTheLongerSideFits() {
    let picture = SlicePicture(
      width: 30, height: 10, samples: [UInt8](repeating: 7, count: 300), isColour: false)
    let wide = picture.scaled(toLongest: 128, pixel: [1, 1.5])
    #expect(wide.width == 128 && wide.height == 64)
    let high = picture.scaled(toLongest: 128, pixel: [1, 12])
    #expect(high.width == 32 && high.height == 128)
    let thin = picture.scaled(toLongest: 128, pixel: [1, 0.001])
    #expect(thin.width == 128 && thin.height == 1)
    for made in [wide, high, thin] {
      #expect(made.samples.count == made.width * made.height && Set(made.samples) == [7])
    }
  }

  @Test func theKeySliceIsThatOfTheHighestPatch() {
    var values = [Float](repeating: 0, count: 2 * 2 * 4)
    values[7] = 1
    let map = SimilarityMap(grid: [2, 2, 4], values: values)
    #expect(map.axialSlice(of: 40) == 35)
    #expect(map.axialSlice(of: 1) == 0)
    #expect(map.axialSlice(of: 0) == nil)
  }
}
