/// The slow, obvious twin of the streaming resampler: whole volumes in memory, one voxel at a time.
public struct VolumesNaiveResampler: Sendable {
  /// Millimetres between output voxels along x, y, z.
  public var target: [Double]
  /// Output voxels along x, y, z.
  public var extent: [Int]
  /// HU beyond the last half voxel.
  public var outside = 0.0
  /// HU around a smaller volume.
  public var pad = -1024.0

  /// Makes a resampler with the published outside and pad values.
  public init(target: [Double], extent: [Int]) {
    self.target = target
    self.extent = extent
  }

  /// HU on the output grid, `[X, Y, Z]`, z fastest.
  public func hounsfield(_ phantom: VolumesPhantom) -> [Float] {
    let size = (0..<3).map { axis in
      let exact = Double(phantom.shape[axis]) * phantom.spacing[axis] / target[axis]
      return Int(exact.rounded(.toNearestOrEven))
    }
    // Crop: the lower side loses the larger half. Padding: the lower side gets the smaller half.
    let shift = (0..<3).map { axis -> Int in
      let excess = size[axis] - extent[axis]
      return excess > 0 ? (excess + 1) / 2 : -(-excess / 2)
    }
    var result: [Float] = []
    for x in 0..<extent[0] {
      for y in 0..<extent[1] {
        for z in 0..<extent[2] {
          let index = [x + shift[0], y + shift[1], z + shift[2]]
          let isPadding = (0..<3).contains { index[$0] < 0 || index[$0] >= size[$0] }
          result.append(Float(isPadding ? pad : sample(phantom, index)))
        }
      }
    }
    return result
  }

  /// The eight neighbours' weighted mean.
  private func sample(_ phantom: VolumesPhantom, _ index: [Int]) -> Double {
    let position = (0..<3).map { Double(index[$0]) * target[$0] / phantom.spacing[$0] }
    for axis in 0..<3 where position[axis] >= Double(phantom.shape[axis]) - 0.5 { return outside }
    let (x, y, z) = (
      Neighbours(position[0], count: phantom.shape[0]),
      Neighbours(position[1], count: phantom.shape[1]),
      Neighbours(position[2], count: phantom.shape[2])
    )
    var sum = 0.0
    for (xVoxel, xWeight) in [(x.lower, 1 - x.share), (x.upper, x.share)] {
      for (yVoxel, yWeight) in [(y.lower, 1 - y.share), (y.upper, y.share)] {
        for (zVoxel, zWeight) in [(z.lower, 1 - z.share), (z.upper, z.share)] {
          let place = xVoxel + phantom.shape[0] * (yVoxel + phantom.shape[1] * zVoxel)
          sum += xWeight * yWeight * zWeight * phantom.hounsfield[place]
        }
      }
    }
    return sum
  }

  /// The voxels on both sides of a position, which is held at the last voxel.
  private struct Neighbours {
    let lower: Int
    let upper: Int
    let share: Double

    init(_ position: Double, count: Int) {
      let held = min(position, Double(count - 1))
      lower = Int(held.rounded(.down))
      upper = min(lower + 1, count - 1)
      share = held - Double(lower)
    }
  }
}

extension VolumesPhantom {
  /// Random HU from −1024 to 3071 instead of a chest: every voxel matters to a comparison.
  public init(shape: [Int], spacing: [Double], seed: UInt64) {
    var random = VolumesRandom(seed: seed)
    self.shape = shape
    self.spacing = spacing
    hounsfield = (0..<shape.reduce(1, *)).map { _ in
      Double(Int.random(in: -1024...3071, using: &random))
    }
  }
}

/// SplitMix64: small, seedable, the same on every machine.
public struct VolumesRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The seed is all there is to know; print it with a failure.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
