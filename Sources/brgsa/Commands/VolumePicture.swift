import CheckedNumbers
import CommandLineSupport
import FoundationEssentials
import Tensors
import Volumes

/// The middle coronal and the middle axial slice of a volume, drawn with characters.
///
/// The patient's right (R) is on the left of the picture. The head or the front is at the top.
struct VolumePicture {
  /// The characters and colours that draw the pixels.
  enum Ink {
    /// Each character shows two pixels, one above the other, in the 24 greys of a 256-colour terminal.
    case grey
    /// The density of each character shows the mean of two pixels. For terminals without colours and for files.
    case characters

    /// The best choice for the current terminal. Colours are disabled if `NO_COLOR` is set (no-color.org).
    static var ofTerminal: Ink {
      let environment = ProcessInfo.processInfo.environment
      guard environment["NO_COLOR", default: ""].isEmpty else { return .characters }
      let hasColours =
        environment["TERM", default: ""].contains("256color")
        || !environment["COLORTERM", default: ""].isEmpty
      return hasColours ? .grey : .characters
    }
  }

  /// The number of pixels along the longest edge of the volume. Two such slices fit into 80 columns.
  static let pixels = 38

  private let slices: [(title: String, rows: [[Float]])]

  /// - Parameter volume: A volume in HU with the shape `[X, Y, Z]` and cubic voxels. Its axes point left, posterior and
  ///   superior.
  init(_ volume: Tensor) {
    let (width, depth, height) = (volume.shape[0], volume.shape[1], volume.shape[2])
    slices = volume.withElements { elements in
      func value(_ x: Int, _ y: Int, _ z: Int) -> Float { elements[(x * depth + y) * height + z] }
      let coronal = (0..<height).reversed().map { z in
        (0..<width).map { value($0, depth / 2, z) }
      }
      let axial = (0..<depth).map { y in (0..<width).map { value($0, y, height / 2) } }
      return [("coronal, head up", coronal), ("axial, front up", axial)]
    }
  }

  /// Returns lines with both slices side by side, or one above the other if the columns do not suffice.
  func text(_ ink: Ink, columns: Int = Terminal.usualColumns) -> String {
    let blocks = slices.map { Self.block($0.title, $0.rows, ink) }
    let gap = "  "
    let width = blocks.map(\.width).reduce(gap.count * (blocks.count - 1), +)
    guard width <= columns else {
      return blocks.flatMap(\.lines).joined(separator: "\n") + "\n"
    }
    let height = blocks.map(\.lines.count).max() ?? 0
    let lines = (0..<height).map { line in
      blocks.map { block in
        line < block.lines.count ? block.lines[line] : "".padded(to: block.width)
      }.joined(separator: gap)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns the lines of one slice: a heading and the picture below it. The heading contains the title between the
  /// letters for the patient's sides. All lines are `width` columns wide.
  private static func block(
    _ title: String, _ rows: [[Float]], _ ink: Ink
  ) -> (width: Int, lines: [String]) {
    let pictureWidth = rows.first?.count ?? 0
    let sides = (right: "R ", left: " L")
    let width = max(pictureWidth, sides.right.count + title.count + sides.left.count)
    let inner = width - sides.right.count - sides.left.count
    let margin = "".padded(to: width - pictureWidth)
    let heading = sides.right + title.padded(to: inner) + sides.left
    return (width, [heading] + lines(rows, ink).map { $0 + margin })
  }

  /// Returns the lines of a picture. Each line shows two rows of pixels.
  private static func lines(_ rows: [[Float]], _ ink: Ink) -> [String] {
    stride(from: 0, to: rows.count, by: 2).map { row in
      let upper = rows[row]
      let lower = row + 1 < rows.count ? rows[row + 1] : upper.map { _ in window.lowerBound }
      let cells = zip(upper, lower).map { cell($0, $1, ink) }
      return cells.joined() + (ink == .grey ? "\u{1b}[0m" : "")
    }
  }

  /// The range of HU from black to white. It covers air to bone, so that lung, vessels and soft tissue look different.
  private static let window: ClosedRange<Float> = -1000...400
  private static let characters = Array(" .:-=+*#%@")

  private static func cell(_ upper: Float, _ lower: Float, _ ink: Ink) -> String {
    switch ink {
    case .grey:
      "\u{1b}[38;5;\(232 + shade(upper, of: 24));48;5;\(232 + shade(lower, of: 24))m▀"
    case .characters:
      String(characters[shade((upper + lower) / 2, of: characters.count)])
    }
  }

  private static func shade(_ value: Float, of count: Int) -> Int {
    let share = (value - window.lowerBound) / (window.upperBound - window.lowerBound)
    return Int(floor: share * Float(count), clampedTo: 0...(count - 1))
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }
}
