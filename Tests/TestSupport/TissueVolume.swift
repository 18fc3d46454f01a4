/// A volume that nobody drew as the training's phantoms are drawn: tissue is a noise of many scales, as in a scan.
public enum TissueVolume: String, Sendable, CaseIterable {
  /// Two lungs with vessels in a body, in fine voxels.
  case chest
  /// The same, coarse: 64 × 64 × 50 voxels of 5.3 × 5.3 × 7 mm.
  case coarseChest = "coarse-chest"
  /// A body without lungs, 30 slices of 3 mm.
  case abdomen
  /// A part of a chest that fills the field of view.
  case cropped
  /// Noise alone, within the range of tissue.
  case noise

  private var grid: (shape: [Int], spacing: [Double], zoom: Double) {
    switch self {
    case .chest: ([120, 96, 72], [3, 3, 4], 1)
    case .coarseChest: ([64, 64, 50], [5.3, 5.3, 7], 1)
    case .abdomen: ([122, 101, 30], [3, 3, 3], 1)
    case .cropped: ([80, 80, 60], [1.5, 1.5, 1.5], 0.4)
    case .noise: ([64, 64, 64], [5, 5, 5], 1)
    }
  }

  /// A NIfTI file, axes L, P, S.
  public var file: NIfTIFile {
    let (shape, spacing, zoom) = grid
    var file = NIfTIFile()
    file.dims = [3] + shape.map { Int64($0) } + [1, 1, 1, 1]
    file.pixdim = [1] + spacing + [0, 0, 0, 0]
    file.setSform([-spacing[0], 0, 0, 0, 0, -spacing[1], 0, 0, 0, 0, spacing[2], 0])
    var values: [Double] = []
    values.reserveCapacity(shape.reduce(1, *))
    for z in 0..<shape[2] {
      for y in 0..<shape[1] {
        for x in 0..<shape[0] {
          let place = zip([x, y, z], zip(shape, spacing)).map {
            (Double($0) - Double($1.0) / 2) * $1.1
          }
          values.append(hounsfield(place.map { $0 * zoom }, millimetres: place))
        }
      }
    }
    file.setVoxels(values, as: .int16)
    return file
  }

  /// - Parameters:
  ///   - place: Millimetres from the middle of the chest.
  ///   - millimetres: The same in the file.
  private func hounsfield(_ place: [Double], millimetres: [Double]) -> Double {
    let fine = Self.noise(millimetres, scale: 4, seed: 1)
    let coarse = Self.noise(millimetres, scale: 23, seed: 2)
    guard self != .noise else { return (-400 + 500 * fine + 300 * coarse).rounded() }
    let (x, y, z) = (place[0], place[1], place[2])
    let body = (x / 165) * (x / 165) + (y / 115) * (y / 115) + 0.08 * coarse
    if body > 1 { return (-995 + 12 * fine).rounded() }
    if body > 0.82 { return (-95 + 35 * fine + 30 * coarse).rounded() }
    let side = abs(x) - 78
    let lung = (side / 55) * (side / 55) + (y / 78) * (y / 78) + (z / 150) * (z / 150)
    guard self != .abdomen, lung + 0.1 * coarse < 1 else {
      let bone = x * x + (y - 75) * (y - 75) < 600
      return ((bone ? 220 : 35) + (bone ? 160 : 40) * fine + 35 * coarse).rounded()
    }
    let vessel = Self.noise(millimetres, scale: 11, seed: 3)
    return ((vessel > 0.45 ? -60 : -830) + 90 * fine + 80 * coarse).rounded()
  }

  /// Smooth noise, −1 to 1, by interpolation between the corners of cubes of `scale` millimetres.
  private static func noise(_ place: [Double], scale: Double, seed: Int) -> Double {
    let cells = place.map { ($0 / scale).rounded(.down) }
    let shares = zip(place, cells).map { $0 / scale - $1 }
    var sum = 0.0
    for corner in 0..<8 {
      let steps = [corner & 1, corner >> 1 & 1, corner >> 2 & 1]
      let weight = zip(shares, steps).reduce(1) { $0 * ($1.1 == 1 ? $1.0 : 1 - $1.0) }
      sum += weight * value(zip(cells, steps).map { Int($0) + $1 }, seed: seed)
    }
    return sum
  }

  /// Chance by the place, −1 to 1: SplitMix64's last steps.
  private static func value(_ cell: [Int], seed: Int) -> Double {
    var state = UInt64(truncatingIfNeeded: seed)
    for number in cell {
      state = (state ^ UInt64(truncatingIfNeeded: number)) &* 0x9E37_79B9_7F4A_7C15
      state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
    }
    return Double(state >> 11) / 9_007_199_254_740_992 * 2 - 1
  }
}
