internal import CheckedNumbers

/// A picture of one slice of a volume.
public struct SlicePicture: Sendable, Equatable {
  /// Number of pixels in each row.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// The pixels, row by row: one byte per pixel, or three bytes for red, green and blue.
  public let samples: [UInt8]
  /// True if each pixel has three bytes.
  public let isColour: Bool
}

/// A range of HU that is displayed from black to white.
public enum DisplayWindow: String, Sendable, CaseIterable {
  /// From air to soft tissue.
  case lung
  /// From fat to enhanced blood.
  case mediastinum
  /// From soft tissue to dense bone.
  case bone
  /// The whole range of the model's input.
  case wide

  /// The range of HU: the lower end is black, and the upper end is white.
  ///
  /// - Source: the presets of common viewers. The upper end of the model's own window is 1000 HU.
  var range: ClosedRange<Double> {
    switch self {
    case .lung: -1350...150
    case .mediastinum: -160...240
    case .bone: -500...1000
    case .wide: -1000...1000
    }
  }

  /// Returns the grey value of a voxel, from 0 for black to 255 for white.
  func shade(_ hounsfield: Int16) -> UInt8 {
    let share = (Double(hounsfield) - range.lowerBound) / (range.upperBound - range.lowerBound)
    return UInt8(floor: share * 255, clampedTo: 0...255)
  }
}

extension SlicePicture {
  /// Makes a grey picture of a slice. If `map` is not nil, the picture is overlaid with the colours of the map.
  package init(
    _ grid: VoxelGrid, _ plane: VoxelGrid.Plane, _ slice: Int, _ window: DisplayWindow,
    _ map: SimilarityMap?
  ) {
    let extent = VoxelGrid.extent(plane, shape: grid.shape, spacing: grid.spacing)
    let shades = (0...UInt16.max).map { window.shade(Int16(bitPattern: $0)) }
    let overlay = map.map { SimilarityOverlay($0, shape: grid.shape) }
    var samples: [UInt8] = []
    samples.reserveCapacity(extent.width * extent.height * (overlay == nil ? 1 : 3))
    grid.forEachPixel(plane, slice) { x, y, z in
      let shade = shades[Int(UInt16(bitPattern: grid.hounsfield(x, y, z)))]
      if let overlay {
        samples += overlay.colour(over: shade, x, y, z)
      } else {
        samples.append(shade)
      }
    }
    self.init(
      width: extent.width, height: extent.height, samples: samples, isColour: overlay != nil)
  }
}

/// The colours of a map. Values below the middle of the map's range are transparent. Above it, they go from yellow to
/// red.
private struct SimilarityOverlay {
  private let map: SimilarityMap
  private let axes: [[SimilarityMap.Sample]]
  private let lowest: Float
  private let range: Float

  /// The opacity of the map's highest value.
  private static let strongest: Float = 0.6

  init(_ map: SimilarityMap, shape: [Int]) {
    self.map = map
    axes = zip(shape, map.grid).map { extent, patches in
      (0..<extent).map {
        SimilarityMap.Sample(at: (Double($0) + 0.5) / Double(extent) * Double(patches), of: patches)
      }
    }
    lowest = map.values.min() ?? 0
    range = (map.values.max() ?? 0) - lowest
  }

  func colour(over shade: UInt8, _ x: Int, _ y: Int, _ z: Int) -> [UInt8] {
    guard range > 0 else { return [shade, shade, shade] }
    let share = (map.value(axes[0][x], axes[1][y], axes[2][z]) - lowest) / range
    let heat = min(max((share - 0.5) * 2, 0), 1)
    let cover = heat * Self.strongest
    let colour: [Float] = [255, 220 * (1 - heat), 0]
    return colour.map { UInt8(floor: Float(shade) * (1 - cover) + $0 * cover, clampedTo: 0...255) }
  }
}
