import Foundation
import TestSupport
import Testing

@testable import DICOM

/// A volume that the converter put elsewhere than the heads say is not believed.
@Suite struct ConvertedGeometryTests {
  /// A volume of the phantom's images in some direction.
  private static func volume(_ directions: String = "1\\0\\0\\0\\1\\0", axis: Int = 2) throws
    -> ImageStack.Volume
  {
    let images = try DICOMFile.series().enumerated().map { index, file in
      var file = file
      var place = [-180.5, -200, -300]
      place[axis] += 20 * Double(index)
      file.texts[0x0020_0032] = place.map { "\($0)" }.joined(separator: "\\")
      file.texts[0x0020_0037] = directions
      return ImageStack.Image(
        file: index, header: try #require(ImageHeader(file.bytes(), isWhole: true)))
    }
    return try ImageStack(images).volume(limits: SeriesLimits())
  }

  /// A NIfTI head whose columns are the volume's steps with these signs.
  private static func head(
    _ volume: ImageStack.Volume, signs: [Double] = [1, -1, 1],
    change: (inout [[Double]], inout [Double]) -> Void = { _, _ in }
  ) -> [UInt8] {
    func turned(_ vector: Vector) -> [Double] { [-vector.x, -vector.y, vector.z] }
    let counts = [volume.columns, volume.rows, volume.slices.count]
    let steps = [
      turned(volume.axes.row * volume.spacing.columns),
      turned(volume.axes.column * volume.spacing.rows), turned(volume.axes.normal * volume.step),
    ]
    var origin = turned(volume.position)
    var columns: [[Double]] = []
    for (index, step) in steps.enumerated() {
      columns.append(step.map { $0 * signs[index] })
      guard signs[index] < 0 else { continue }
      for axis in 0..<3 { origin[axis] += step[axis] * Double(counts[index] - 1) }
    }
    columns.append(origin)
    var spacings = [volume.spacing.columns, volume.spacing.rows, volume.step]
    change(&columns, &spacings)
    var head = [UInt8](repeating: 0, count: 352)
    head[254] = 1
    func put(_ value: Double, _ place: Int) {
      withUnsafeBytes(of: Float(value).bitPattern.littleEndian) {
        head.replaceSubrange(place..<(place + 4), with: $0)
      }
    }
    for axis in 0..<3 {
      put(spacings[axis], 80 + 4 * axis)
      for index in 0..<4 { put(columns[index][axis], 280 + 16 * axis + 4 * index) }
    }
    return head
  }

  @Test(
    "Axes may run either way",
    arguments: [("1\\0\\0\\0\\1\\0", 2), ("1\\0\\0\\0\\0\\-1", 1), ("0\\1\\0\\0\\0\\-1", 0)])
  func directions(directions: String, axis: Int) throws {
    let volume = try Self.volume(directions, axis: axis)
    for x in [1.0, -1] {
      for y in [1.0, -1] {
        for z in [1.0, -1] {
          let geometry = try #require(
            ConvertedGeometry(head: Self.head(volume, signs: [x, y, z]), volume))
          #expect(geometry.areColumnsReversed == (x < 0))
          #expect(geometry.areRowsReversed == (y < 0))
          #expect(geometry.isStackReversed == (z < 0))
        }
      }
    }
  }

  @Test func whatLiesElsewhereIsNotBelieved() throws {
    let volume = try Self.volume()
    let changes: [(name: String, change: (inout [[Double]], inout [Double]) -> Void)] = [
      // A stack that runs down, whose first voxel stays where it was, and the other way round.
      ("flipped", { columns, _ in columns[2] = columns[2].map { -$0 } }),
      ("shifted by a slice", { columns, _ in columns[3][2] += 20 }),
      ("shifted", { columns, _ in columns[3][0] -= 0.2 }),
      // The thickness instead of the distance.
      ("stretched", { columns, _ in columns[2] = columns[2].map { $0 * 1.25 } }),
      ("pixdim", { _, spacings in spacings[2] *= 1.25 }),
      ("sheared", { columns, _ in columns[2][1] = 0.2 }),
      ("swapped", { columns, _ in columns.swapAt(0, 1) }),
      ("mirrored", { columns, _ in columns[0][0] *= -1 }),
      ("not a number", { columns, _ in columns[3][1] = .nan }),
      ("nothing", { columns, _ in columns = columns.map { $0.map { _ in 0 } } }),
    ]
    for (name, change) in changes {
      let head = Self.head(volume, change: change)
      #expect(ConvertedGeometry(head: head, volume) == nil, "\(name)")
    }
    var head = Self.head(volume)
    #expect(ConvertedGeometry(head: head, volume) != nil)
    head[254] = 0
    #expect(ConvertedGeometry(head: head, volume) == nil)
    #expect(ConvertedGeometry(head: Array(head.prefix(300)), volume) == nil)
  }

  @Test func sumsShowWhereRowsAndColumnsAre() {
    let words = (0..<12).map { UInt16($0 * $0 * 5_000 % 65_521) }
    func sum(_ words: [UInt16]) -> PixelSum {
      var sum = PixelSum(columns: 4)
      sum.add(words)
      return sum
    }
    func image(rowsReversed: Bool, columnsReversed: Bool) -> [UInt16] {
      (0..<12).map { index in
        let row = rowsReversed ? 2 - index / 4 : index / 4
        let column = columnsReversed ? 3 - index % 4 : index % 4
        return words[4 * row + column]
      }
    }
    for rows in [false, true] {
      for columns in [false, true] {
        let seen = sum(words).seen(rows: 3, rowsReversed: rows, columnsReversed: columns)
        for otherRows in [false, true] {
          for otherColumns in [false, true] {
            let other = sum(image(rowsReversed: otherRows, columnsReversed: otherColumns))
            #expect((other == seen) == (rows == otherRows && columns == otherColumns))
          }
        }
      }
    }
  }

  /// What becomes of a converter's file with these signs of its axes, whose pixels lie as `data` says.
  private static func outcome(
    signs: [Double], data: [Double], isNative: Bool = true
  ) throws -> Result<String, SeriesError> {
    let volume = try volume()
    let (rows, columns, count) = (volume.rows, volume.columns, volume.slices.count)
    let folder = "/tmp/brgsa-geometry-\(UUID().uuidString)"
    mkdir(folder, S_IRWXU)
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY)
    defer {
      close(descriptor)
      try? FileManager.default.removeItem(atPath: folder)
    }
    var bytes = head(volume, signs: signs)
    func put(_ value: Int, _ place: Int) {
      bytes[place] = UInt8(truncatingIfNeeded: value)
      bytes[place + 1] = UInt8(truncatingIfNeeded: value >> 8)
    }
    let numbers = [(348, 0), (3, 40), (columns, 42), (rows, 44), (count, 46), (512, 70), (16, 72)]
    for (value, place) in numbers { put(value, place) }
    for (value, place) in [(352, 108), (1, 112)] as [(Float, Int)] {
      withUnsafeBytes(of: value.bitPattern.littleEndian) {
        bytes.replaceSubrange(place..<(place + 4), with: $0)
      }
    }
    let series = DICOMFile.series()
    var sums: [PixelSum?] = []
    for file in series {
      var sum = PixelSum(columns: columns)
      sum.add(file.pixels.map { UInt16(bitPattern: $0) })
      sums.append(isNative ? sum : nil)
    }
    for slice in 0..<count {
      let own = data[2] < 0 ? count - 1 - slice : slice
      for row in 0..<rows {
        for column in 0..<columns {
          let place =
            columns * (data[1] < 0 ? rows - 1 - row : row)
            + (data[0] < 0 ? columns - 1 - column : column)
          let word = UInt16(bitPattern: series[own].pixels[place])
          bytes += [UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8)]
        }
      }
    }
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/volume.nii"))
    return Result { () throws(SeriesError) in
      try StoredValues(volume: volume, sums: sums, limits: SeriesLimits(), folder: descriptor)
        .apply(to: "volume.nii", other: "other.nii", ConversionWatch(seconds: 600))
    }
  }

  /// The affine says one thing of each axis, the pixels another.
  @Test func pixelsMustLieWhereTheAffineSays() throws {
    let all = [[1, 1, 1], [1, -1, 1], [1, -1, -1], [-1, 1, 1], [1, 1, -1]] as [[Double]]
    for signs in all {
      for data in all {
        let outcome = try Self.outcome(signs: signs, data: data)
        #expect(
          outcome == (signs == data ? .success("volume.nii") : .failure(.convertedElsewhere)),
          "\(signs) \(data)")
      }
      // What was compressed has no sums to compare.
      #expect(
        try Self.outcome(signs: signs, data: signs, isNative: false) == .success("volume.nii"))
    }
  }
}
