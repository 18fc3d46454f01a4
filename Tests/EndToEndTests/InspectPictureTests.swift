import TestSupport
import Testing

/// The two slices that `brgsa inspect` draws.
@Suite struct InspectPictureTests {
  @Test func thePictureLeavesTheJSONAlone() async throws {
    let file = try TemporaryFile(HostileVolumes.good().bytes())
    let plain = try await BrgsaProcess.run(["inspect", file.path])
    let drawn = try await BrgsaProcess.run(["inspect", file.path, "--picture"])
    #expect(drawn.output == plain.output && plain.complaints.isEmpty)
    let lines = drawn.complaints.split(separator: "\n")
    #expect(lines.first?.hasPrefix("R coronal, head up") == true)
    #expect(lines.count > 10 && lines.allSatisfy { $0.count <= 80 })
    // Air around the body, lung and soft tissue in it.
    let shades = Set(lines.dropFirst().joined())
    #expect(shades.contains(" ") && shades.contains("%") && shades.count > 4)
    #expect(try await BrgsaProcess.run(["inspect", file.path, "--no-picture"]).complaints.isEmpty)
  }

  /// Bone in a quarter of each slice, and whether that is the quarter at the left and at the top.
  private static let quarters: [(bone: Octants, isLeft: Bool, isTop: Bool, slice: Int)] = [
    ({ right, _, head in right && head }, true, true, 0),
    ({ right, _, head in !right && !head }, false, false, 0),
    ({ right, front, _ in right && front }, true, true, 1),
    ({ right, front, _ in !right && !front }, false, false, 1),
  ]

  @Test func rightIsAtTheLeftAndHeadAndFrontAreAtTheTop() async throws {
    for (number, quarter) in Self.quarters.enumerated() {
      let pixels = try await Self.picture(of: Self.cube(quarter.bone))[quarter.slice].pixels
      let place = try #require(Self.place(of: "@", in: pixels), "\(number): \(pixels)")
      #expect(place == (quarter.isLeft, quarter.isTop), "\(number): \(pixels)")
    }
  }

  @Test func aBodyLooksTheSameHoweverItIsStored() async throws {
    for (number, quarter) in Self.quarters.enumerated() {
      for axis in 0..<3 {
        let stored = Self.cube(flipping: axis, quarter.bone)
        let pixels = try await Self.picture(of: stored)[quarter.slice].pixels
        let place = try #require(Self.place(of: "@", in: pixels), "\(number), axis \(axis)")
        #expect(place == (quarter.isLeft, quarter.isTop), "\(number), axis \(axis): \(pixels)")
      }
    }
  }

  @Test func aPixelIsAsHighAsItIsWide() async throws {
    // Twice as high as wide; a character shows two pixels, one above the other.
    let coronal = try #require(
      await Self.picture(of: Self.cube(slices: 80) { _, _, _ in true }).first)
    let width = coronal.pixels.first.map { $0.filter { $0 != " " }.count } ?? 0
    #expect((18...20).contains(width) && coronal.pixels.count == 19)
  }

  /// Whether there is bone in an octant: right or not, front or not, head or not.
  private typealias Octants = @Sendable (_ right: Bool, _ front: Bool, _ head: Bool) -> Bool

  /// Air and bone, 40 × 40 × `slices` voxels of 4 mm, stored as R, A, S, or one axis the other way.
  private static func cube(
    slices: Int = 40, flipping flipped: Int? = nil, _ isBone: Octants
  ) -> NIfTIFile {
    let shape = [40, 40, slices]
    var values: [Double] = []
    for z in 0..<slices {
      for y in 0..<40 {
        for x in 0..<40 {
          let isUpper = [x, y, z].enumerated().map { axis, index in
            (index >= shape[axis] / 2) != (axis == flipped)
          }
          values.append(isBone(isUpper[0], isUpper[1], isUpper[2]) ? 700 : -1000)
        }
      }
    }
    // One voxel of air, so that there is contrast.
    values[0] = -1000
    var file = NIfTIFile(shape: shape, spacing: [4, 4, 4], values: values)
    var sform = [Double](repeating: 0, count: 12)
    for axis in 0..<3 { sform[5 * axis] = axis == flipped ? -4 : 4 }
    file.setSform(sform)
    return file
  }

  /// The slices as lines of characters, without their titles.
  private static func picture(
    of file: NIfTIFile
  ) async throws -> [(title: String, pixels: [String])] {
    let temporary = try TemporaryFile(file.bytes())
    let outcome = try await BrgsaProcess.run(["inspect", temporary.path, "--picture"])
    let lines = outcome.complaints.split(separator: "\n").map(String.init)
    // The second title begins two columns behind the first one's L.
    let heading = try #require(lines.first)
    let second = try #require(heading.lastIndex(of: "R"))
    let width = heading.distance(from: heading.startIndex, to: second) - 2
    return [
      ("coronal", lines.dropFirst().map { String($0.prefix(width)) }),
      ("axial", lines.dropFirst().map { String($0.dropFirst(width + 2)) }),
    ]
  }

  /// The halves of the picture in which all of `ink` is; nil if there is none or it is in both.
  ///
  /// A character in the middle of an odd number belongs to the first half.
  private static func place(
    of ink: Character, in pixels: [String]
  ) -> (isLeft: Bool, isTop: Bool)? {
    let width = pixels.map(\.count).max() ?? 0
    var lefts: Set<Bool> = []
    var tops: Set<Bool> = []
    for (row, line) in pixels.enumerated() {
      for (column, character) in line.enumerated() where character == ink {
        lefts.insert(column < (width + 1) / 2)
        tops.insert(row < (pixels.count + 1) / 2)
      }
    }
    guard lefts.count == 1, tops.count == 1, let left = lefts.first, let top = tops.first else {
      return nil
    }
    return (left, top)
  }
}
