import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Volumes

/// Maps in the place of the file that was encoded.
@Suite struct SimilarityVolumeTests {
  private static let recipe = try? PreprocessingRecipe(spacing: [8, 8, 10], shape: [48, 48, 32])
  private static let grid = [3, 4, 2]
  /// No two patches alike.
  private static let values = (0..<24).map { Float($0) / 32 - 0.3 }

  private static func map(of stored: VolumesStoredGrid) throws -> SimilarityVolume {
    let spool = NIfTISpool(stored.file().bytes())
    let volume = try NIfTIVolume.open(
      fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount)
    let geometry = try #require(
      VolumeGeometry(
        spacing: volume.spacing, affine: volume.affine, orientation: volume.orientation))
    #expect(geometry == volume.header.geometry)
    return SimilarityVolume(
      SimilarityMap(grid: grid, values: values), recipe: try #require(recipe),
      geometry: geometry, shape: volume.shape)
  }

  /// Whatever the order of axes in the file, a place in the patient has one value.
  @Test(arguments: VolumesOrientations.all) func everyOrientation(code: String) throws {
    let phantom = VolumesPhantom.small
    let (wanted, found) = (
      try Self.map(of: phantom.stored(as: "LPS")), try Self.map(of: phantom.stored(as: code))
    )
    let lines = code.map { "LR".contains($0) ? 0 : "PA".contains($0) ? 1 : 2 }
    for place in [[0, 0, 0], [23, 19, 15], [5, 11, 3], [20, 2, 9], [12, 10, 8]] {
      let stored = zip(code, lines).map { letter, line in
        "RAI".contains(letter) ? phantom.shape[line] - 1 - place[line] : place[line]
      }
      #expect(
        found.value(stored[0], stored[1], stored[2])
          == wanted.value(place[0], place[1], place[2]), "\(code) \(place)")
    }
  }

  @Test func aPatchsCentreHasItsValueAndWhatWasCroppedAwayHasNone() throws {
    // The model's own grid: voxel i of the file is voxel i of the model.
    let phantom = VolumesPhantom(shape: [48, 48, 32], spacing: [8, 8, 10])
    let map = try Self.map(of: phantom.stored(as: "LPS"))
    // 16 × 12 × 16 voxels a patch: between voxels 7 and 8, 5 and 6, 7 and 8.
    for (x, y, z) in [(0, 0, 0), (1, 2, 1), (2, 3, 1)] {
      let around = [(7, 5, 7), (8, 6, 8)].map {
        Double(map.value(16 * x + $0.0, 12 * y + $0.1, 16 * z + $0.2)) * 0.001
      }
      let value = Double(Self.values[(x * 4 + y) * 2 + z])
      // Half a voxel from the centre; at the grid's edge the map does not fall or rise any more.
      #expect(around.contains { abs($0 - value) <= 0.013 })
    }
    // Beyond the outermost centres a map goes on as it is.
    #expect(map.value(0, 0, 0) == -300)
    let wide = VolumesPhantom(shape: [80, 48, 32], spacing: [8, 8, 10])
    let cropped = try Self.map(of: wide.stored(as: "LPS"))
    #expect(cropped.value(0, 20, 10) == 0 && cropped.value(79, 20, 10) == 0)
    #expect(cropped.value(40, 2, 2) != 0)
  }

  /// A plane at a time gives what the map gives voxel by voxel, whichever axis is the slow one.
  @Test(arguments: ["LPS", "RAS", "SPL", "ILA", "PSR", "AIL", "SLP", "LSP"])
  func aPlaneHasTheMapsValues(code: String) throws {
    let phantom = VolumesPhantom(shape: [60, 50, 40], spacing: [8, 8, 10])
    let stored = phantom.stored(as: code)
    let found = try Self.map(of: stored)
    let map = SimilarityMap(grid: Self.grid, values: Self.values)
    let recipe = try #require(Self.recipe)
    let lines = code.map { "LR".contains($0) ? 0 : "PA".contains($0) ? 1 : 2 }
    // Cropped or padded in the middle.
    let starts = zip(phantom.shape, recipe.shape).map { Double(($0 - $1) / 2) }
    var (places, different) = (0, 0)
    for slow in stride(from: 0, to: phantom.shape[lines[2]], by: 3) {
      let plane = found.plane(slow)
      for middle in stride(from: 0, to: phantom.shape[lines[1]], by: 2) {
        for fast in 0..<phantom.shape[lines[0]] {
          var place = [0, 0, 0]
          for (letter, (line, index)) in zip(code, zip(lines, [fast, middle, slow])) {
            place[line] = "RAI".contains(letter) ? phantom.shape[line] - 1 - index : index
          }
          let inside = (0..<3).allSatisfy {
            place[$0] >= Int(starts[$0]) && place[$0] < Int(starts[$0]) + recipe.shape[$0]
          }
          let samples = (0..<3).map {
            let patch = Double(recipe.shape[$0]) / Double(Self.grid[$0])
            return SimilarityMap.Sample(
              at: (Double(place[$0]) - starts[$0] + 0.5) / patch, of: Self.grid[$0])
          }
          let wanted = inside ? Double(map.value(samples[0], samples[1], samples[2])) * 1000 : 0
          places += 1
          let value = Double(plane[middle * phantom.shape[lines[0]] + fast])
          if abs(value - wanted) > 0.501 { different += 1 }
        }
      }
    }
    #expect(places > 1000 && different == 0, "\(different) of \(places)")
  }

  @Test func aMapThatIsNotWantedIsGivenUp() throws {
    let map = try Self.map(of: VolumesPhantom.small.stored(as: "LPS"))
    let pool = WorkerPool(threads: 1)
    #expect(try map.gzip(on: pool) { true } == nil)
    let asked = Atomic(0)
    let cancelled = try map.gzip(on: pool) { asked.add(1, ordering: .relaxed).newValue > 3 }
    #expect(cancelled == nil && asked.load(ordering: .relaxed) == 4)
    #expect(try map.gzip(on: pool)?.starts(with: [0x1f, 0x8b]) == true)
  }

  /// Larger than several pieces, so that threads share the work.
  @Test func aFileHasTheSameBytesForAnyNumberOfThreadsAndTheMapsValues() throws {
    let shape = [300, 260, 90]
    let geometry = VolumeGeometry(
      spacing: [1, 1, 3], affine: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3, 0], orientation: "LPS")
    let map = SimilarityVolume(
      SimilarityMap(grid: Self.grid, values: Self.values), recipe: try #require(Self.recipe),
      geometry: try #require(geometry), shape: shape)
    let file = try #require(try map.gzip(on: WorkerPool(threads: 1)))
    for threads in 2...4 {
      #expect(try map.gzip(on: WorkerPool(threads: threads)) == file, "\(threads) threads")
    }
    let content = NIfTIGzip.content(of: file, count: 352 + 2 * shape.reduce(1, *))
    let planes = try #require(content).dropFirst(352)
    for slow in [0, 1, 44, 89] {
      let plane = map.plane(slow).withUnsafeBytes { Array($0) }
      #expect(planes.dropFirst(slow * plane.count).starts(with: plane))
    }
  }

  @Test func geometriesThatAreNoneAreRefused() {
    let affine: [Double] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    #expect(VolumeGeometry(spacing: [1, 1, 1], affine: affine, orientation: "RAS") != nil)
    for (spacing, affine, code) in [
      ([1, 1], affine, "RAS"), ([1, 1, 0], affine, "RAS"), ([1, 1, 1], [], "RAS"),
      ([1, 1, 1], affine, "RLS"), ([1, 1, 1], affine, "RA"), ([1, 1, 1], affine, "xyz"),
      ([1, 1, .nan], affine, "RAS"),
    ] {
      #expect(VolumeGeometry(spacing: spacing, affine: affine, orientation: code) == nil)
    }
  }
}
