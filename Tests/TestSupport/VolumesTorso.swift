/// A torso to draw: an ellipse of tissue with or without lungs, in air or cropped, on a table or not.
public struct VolumesTorso: Sendable {
  /// Voxels along x, y, z.
  public var shape = [96, 80, 40]
  /// Millimetres along x, y, z.
  public var spacing = [4.0, 4.0, 8.0]
  /// Whether there are lungs in the upper two thirds, else gas in a bowel.
  public var hasLungs = true
  /// HU of the lungs.
  public var lung = -850.0
  /// Share of the lungs that is full of fluid, from the back.
  public var effusion = 0.0
  /// Half-width of what is shown, in half-widths of the whole; below 0.6 the volume ends within the body.
  public var view = 1.0
  /// Whether the body lies on a mat and a table of foam.
  public var hasTable = false
  /// HU outside the body.
  public var air = -1000.0
  /// HU by which voxels differ at random, up and down.
  public var noise = 0.0

  /// A chest in air.
  public init() {}

  /// A chest with changes.
  public static func with(_ change: (inout VolumesTorso) -> Void) -> VolumesTorso {
    var torso = VolumesTorso()
    change(&torso)
    return torso
  }

  /// The drawing.
  public var volume: VolumesPhantom {
    VolumesPhantom(shape: shape, spacing: spacing) { x, y, z in
      let place = zip([x, y, z], shape).map { (Double($0) + 0.5) / Double($1) * 2 - 1 }
      let value = value(place[0] * view, place[1] * view, place[2])
      // A number that looks like chance and is the same each time.
      let seed = UInt64(x &+ 1000 &* (y &+ 1000 &* z)) &* 0x9e37_79b9_7f4a_7c15
      let mixed = (seed ^ (seed >> 29)) &* 0xbf58_476d_1ce4_e5b9
      let chance = Double(mixed >> 40) / Double(1 << 24)
      return (value + noise * (2 * chance - 1)).rounded()
    }
  }

  private func value(_ x: Double, _ y: Double, _ z: Double) -> Double {
    func isIn(_ centreX: Double, _ centreY: Double, _ halfX: Double, _ halfY: Double) -> Bool {
      let (dx, dy) = ((x - centreX) / halfX, (y - centreY) / halfY)
      return dx * dx + dy * dy < 1
    }
    guard isIn(0, 0, 0.75, 0.55) else {
      guard hasTable, y > 0.58, y < 0.85 else { return air }
      // A mat, and foam in a shell.
      if y < 0.66 { return -930 }
      return y < 0.68 || y > 0.83 || abs(x) > 0.9 ? -150 : -900
    }
    if hasLungs, z > -0.4, isIn(-0.35, 0, 0.25, 0.4) || isIn(0.35, 0, 0.25, 0.4) {
      return y > 0.4 - 0.8 * effusion ? 15 : lung
    }
    if !hasLungs, isIn(0.2, -0.2, 0.12, 0.12) { return -1000 }
    return isIn(0, 0, 0.7, 0.5) ? 40 : -100
  }
}
