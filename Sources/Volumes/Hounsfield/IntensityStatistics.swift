/// Statistics of the HU of a whole volume.
public struct IntensitySummary: Sendable, Equatable {
  /// The smallest value in HU.
  public let minimum: Float
  /// The largest value in HU.
  public let maximum: Float
  /// The 1st percentile in HU (nearest rank), rounded to whole HU.
  public let percentile1: Float
  /// The 99th percentile in HU (nearest rank), rounded to whole HU.
  public let percentile99: Float
  /// Number of voxels in the file.
  public let voxelCount: Int

  /// Makes a summary from stored values.
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

/// Running statistics of a volume's planes: the extremes, a histogram with bins of 1 HU, and the number of voxels
/// that are not finite.
///
/// This is a class because it owns the histogram. Only one task at a time may use it.
final class IntensityStatistics {
  private(set) var nonFiniteCount = 0
  private var voxelCount = 0
  private var minimum = Float.infinity
  private var maximum = -Float.infinity
  private let allowed: ClosedRange<Float>
  private let contrast: Float
  /// Two histograms, which are used alternately. With one histogram, equal neighbouring values would wait for the
  /// same memory location.
  private let histogram = ScratchBuffer<UInt32>(count: 2 * IntensityStatistics.binCount)

  /// The histogram has one bin for each whole HU from −32768 to 32767.
  private static let binCount = 1 << 16
  private static let lowestBin = -32768
  /// Adding this number to a value from −32768 to 32767 gives a float whose lowest 16 bits are the bin. From 2²³ on,
  /// floats are whole numbers, so the addition also rounds to whole HU.
  private static let binMagic: Float = 8_388_608 + 32_768

  init(_ limits: VolumeLimits) {
    allowed = limits.hounsfield
    contrast = limits.contrast
  }

  /// Adds one plane in HU. `nonFinite` is the number of voxels in the plane that were NaN or infinite.
  ///
  /// - Returns: True if all voxels so far are valid.
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

  /// Checks the values of all planes and returns their statistics.
  ///
  /// - Throws: ``VolumeError/nonFiniteVoxels(count:)``, ``VolumeError/notHounsfield(found:allowed:)`` or
  ///   ``VolumeError/noContrast(hounsfield:)``.
  func summary() throws(VolumeError) -> IntensitySummary {
    guard nonFiniteCount == 0 else { throw .nonFiniteVoxels(count: nonFiniteCount) }
    guard isInRange else { throw .notHounsfield(found: minimum...maximum, allowed: allowed) }
    guard maximum - minimum >= contrast else { throw .noContrast(hounsfield: minimum) }
    return IntensitySummary(
      minimum: minimum, maximum: maximum, percentile1: percentile(1),
      percentile99: percentile(99), voxelCount: voxelCount)
  }

  /// Returns warnings about values that do not look like the HU of a chest.
  ///
  /// - Parameter lungShare: Fraction of the body's voxels that have the density of lung.
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

  /// Returns the smallest and the largest value of a plane. All values must be finite.
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

  /// Returns the smallest whole HU that is at least as large as `percent` percent of the voxels. The result is
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
