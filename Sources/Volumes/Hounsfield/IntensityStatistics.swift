/// The HU of a whole volume in five numbers.
public struct IntensitySummary: Sendable, Equatable {
  /// Smallest value in HU.
  public let minimum: Float
  /// Largest value in HU.
  public let maximum: Float
  /// First percentile in HU, rounded to whole HU (nearest rank).
  public let percentile1: Float
  /// 99th percentile in HU, rounded to whole HU (nearest rank).
  public let percentile99: Float
  /// Number of voxels in the file.
  public let voxelCount: Int

  /// Makes statistics from stored figures.
  public init(
    minimum: Float, maximum: Float, percentile1: Float, percentile99: Float, voxelCount: Int
  ) {
    self.minimum = minimum
    self.maximum = maximum
    self.percentile1 = percentile1
    self.percentile99 = percentile99
    self.voxelCount = voxelCount
  }
}

/// Running statistics over the planes of a volume: the extremes, a histogram in steps of 1 HU, and
/// the number of non-finite voxels.
///
/// It is a class because it owns the histogram; one task at a time uses it.
final class IntensityStatistics {
  private(set) var nonFiniteCount = 0
  private var voxelCount = 0
  private var minimum = Float.infinity
  private var maximum = -Float.infinity
  private let allowed: ClosedRange<Float>
  private let contrast: Float
  /// Two histograms, used alternately. With one, equal neighbouring values would wait for each other's memory access.
  private let histogram = ScratchBuffer<UInt32>(count: 2 * IntensityStatistics.binCount)

  /// One bin for each whole HU from −32768 to 32767.
  private static let binCount = 1 << 16
  private static let lowestBin = -32768
  /// If this is added to a value in −32768…32767, the sum has the bin in its lowest 16 bits. From
  /// 2²³ on, a float's unit is 1, so the addition also rounds to whole HU.
  private static let binMagic: Float = 8_388_608 + 32_768

  init(_ limits: VolumeLimits) {
    allowed = limits.hounsfield
    contrast = limits.contrast
  }

  /// Counts one plane in HU. `nonFinite` is the number of its voxels that were NaN or infinite.
  ///
  /// - Returns: True if all voxels so far are usable.
  func add(_ plane: UnsafeBufferPointer<Float>, nonFinite: Int) -> Bool {
    voxelCount += plane.count
    nonFiniteCount += nonFinite
    guard nonFiniteCount == 0 else { return false }
    let (low, high) = Self.extremes(of: plane)
    minimum = min(minimum, low)
    maximum = max(maximum, high)
    guard isInRange else { return false }
    count(plane)
    return true
  }

  /// Checks the values of all planes.
  ///
  /// - Throws: ``VolumeError/nonFiniteVoxels(count:)``,
  ///   ``VolumeError/notHounsfield(found:allowed:)``, ``VolumeError/noContrast(hounsfield:)``.
  func summary() throws(VolumeError) -> IntensitySummary {
    guard nonFiniteCount == 0 else { throw .nonFiniteVoxels(count: nonFiniteCount) }
    guard isInRange else { throw .notHounsfield(found: minimum...maximum, allowed: allowed) }
    guard maximum - minimum >= contrast else { throw .noContrast(hounsfield: minimum) }
    return IntensitySummary(
      minimum: minimum, maximum: maximum, percentile1: percentile(1),
      percentile99: percentile(99), voxelCount: voxelCount)
  }

  /// Warnings about values that do not look like a chest in HU.
  ///
  /// - Parameter lungShare: Share of the body with the density of lung.
  func warnings(lungShare: Double) -> [VolumeWarning] {
    let plausibility = HounsfieldPlausibility(
      count: count(in:), range: minimum...maximum, lungShare: lungShare)
    return voxelCount < HounsfieldPlausibility.leastVoxels ? [] : plausibility.warnings()
  }

  private func count(in range: ClosedRange<Int>) -> Int {
    let bins = range.clamped(to: Self.lowestBin...(Self.lowestBin + Self.binCount - 1))
    return bins.reduce(0) { sum, value in
      let bin = value - Self.lowestBin
      return sum + Int(histogram.elements[bin]) + Int(histogram.elements[Self.binCount + bin])
    }
  }

  private var isInRange: Bool { minimum >= allowed.lowerBound && maximum <= allowed.upperBound }

  /// Returns the smallest and the largest value of `plane`, which has finite numbers only.
  private static func extremes(of plane: UnsafeBufferPointer<Float>) -> (Float, Float) {
    typealias Lanes = SIMD16<Float>
    var low = Lanes(repeating: .infinity)
    var high = Lanes(repeating: -.infinity)
    let bytes = UnsafeRawBufferPointer(plane)
    let vectors = plane.count / Lanes.scalarCount
    for index in 0..<vectors {
      let offset = index &* MemoryLayout<Lanes>.size
      let values = bytes.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
      low.replace(with: values, where: values .< low)
      high.replace(with: values, where: values .> high)
    }
    var smallest = low.min()
    var largest = high.max()
    for value in plane[(vectors * Lanes.scalarCount)...] {
      smallest = min(smallest, value)
      largest = max(largest, value)
    }
    return (smallest, largest)
  }

  private func count(_ plane: UnsafeBufferPointer<Float>) {
    let even = histogram.elements
    let odd = UnsafeMutableBufferPointer(rebasing: histogram.elements[Self.binCount...])
    let mask = UInt32(Self.binCount - 1)
    var index = 0
    while index &+ 1 < plane.count {
      let first = Int((plane[index] + Self.binMagic).bitPattern & mask)
      let second = Int((plane[index &+ 1] + Self.binMagic).bitPattern & mask)
      even[first] &+= 1
      odd[second] &+= 1
      index &+= 2
    }
    if index < plane.count {
      even[Int((plane[index] + Self.binMagic).bitPattern & mask)] &+= 1
    }
  }

  /// Returns the smallest whole HU that at least `percent` percent of the voxels do not exceed,
  /// limited to the range between the extremes.
  private func percentile(_ percent: Int) -> Float {
    let rank = (voxelCount * percent + 99) / 100
    var seen = 0
    for bin in 0..<Self.binCount {
      seen += Int(histogram.elements[bin]) + Int(histogram.elements[Self.binCount + bin])
      if seen >= rank {
        return min(max(Float(bin + Self.lowestBin), minimum), maximum)
      }
    }
    return maximum
  }
}
