/// The probable reason why values do not look like the HU of a chest.
public enum HounsfieldFault: String, Sendable, CaseIterable {
  /// Air is near −2000, because the intercept of −1024 was added twice.
  case rescaledTwice = "rescaled-twice"
  /// Air is near 0 and water near 1000, because the intercept was lost.
  case notRescaled = "not-rescaled"
  /// All values are from 0 to 255, as in an image of a screen.
  case windowed
  /// Air is near +1000, because the values are inverted.
  case inverted
  /// The reason is unknown. The volume may not be a CT.
  case other
}

/// Decides from a histogram whether values can be the HU of a chest.
///
/// A chest contains tissue near 0 HU, and air or lung below −500 HU. Values on another scale contain neither of them,
/// unless they are shifted back. In six real CTs, tissue was 41 to 61 % of the voxels, and air or lung was 34 to 52
/// %.
struct HounsfieldPlausibility {
  /// Minimum number of voxels for which the histogram is meaningful.
  static let leastVoxels = 4096
  private static let leastTissue = 0.10
  private static let leastAir = 0.05
  /// Minimum fraction of the body that has the density of lung. In six real chest CTs, it was 15 to 37 %. In the
  /// bundled phantoms, it was 17 to 21 %. In an abdominal CT, it was 2.7 %, due to fat next to gas.
  private static let leastLung = 0.05
  /// The absolute value of the usual intercept, −1024 HU.
  private static let intercept = 1024
  /// Values below this are padding that a scanner has added, in HU.
  private static let padding = -1500

  /// Returns the number of voxels whose value, rounded to whole HU, is in a range.
  let count: (ClosedRange<Int>) -> Int
  /// The smallest and the largest value, in HU.
  let range: ClosedRange<Float>
  /// Fraction of the body that has the density of lung.
  let lungShare: Double

  /// Returns the warnings about the values.
  func warnings() -> [VolumeWarning] {
    guard share(of: -32768...32767, among: -32768...32767) > 0 else { return [] }
    if let fault { return [.hounsfieldImplausible(fault)] }
    return lungShare >= Self.leastLung ? [] : [.lungMissing]
  }

  private var fault: HounsfieldFault? {
    if isChest(shiftedBy: 0, among: Self.padding...32767) { return nil }
    if range.lowerBound >= 0, range.upperBound <= 255 { return .windowed }
    // Without their intercept, values are not negative, except for noise.
    if range.lowerBound > -200, isChest(shiftedBy: Self.intercept, among: -32768...32767) {
      return .notRescaled
    }
    if isChest(shiftedBy: -Self.intercept, among: -32768...32767) { return .rescaledTwice }
    let tissue = share(of: -200...200, among: Self.padding...32767)
    guard tissue >= Self.leastTissue else { return .other }
    // In the six real CTs, bone and contrast agent together were at most 6.7 % of the voxels.
    if share(of: 500...1100, among: Self.padding...32767) >= 2 * Self.leastAir { return .inverted }
    // The volume contains no air, for example because it shows a cropped abdomen or head.
    return nil
  }

  private func isChest(shiftedBy shift: Int, among all: ClosedRange<Int>) -> Bool {
    share(of: (-200 + shift)...(200 + shift), among: all) >= Self.leastTissue
      && share(of: (-1100 + shift)...(-500 + shift), among: all) >= Self.leastAir
  }

  private func share(of part: ClosedRange<Int>, among all: ClosedRange<Int>) -> Double {
    let whole = count(all)
    return whole < Self.leastVoxels ? 0 : Double(count(part)) / Double(whole)
  }
}
