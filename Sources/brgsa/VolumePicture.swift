import Glibc
import Tensors
import Volumes

/// The middle coronal and axial slice of a volume, in characters: the patient's right at the left, head and front at
/// the top.
struct VolumePicture {
  /// How a pixel becomes visible.
  enum Ink {
    /// Two pixels a character, one above the other, in 24 greys of a terminal with 256 colours.
    case grey
    /// Characters from light to dense, for terminals without colours and for files.
    case characters

    /// What a terminal says of itself.
    static var ofTerminal: Ink {
      let hasColours =
        getenv("NO_COLOR") == nil && getenv("TERM").map { strcmp($0, "dumb") != 0 } ?? false
      return hasColours ? .grey : .characters
    }
  }

  /// Pixels along the longest edge of the volume: two slices fit into 80 columns.
  static let pixels = 38

  private let slices: [(title: String, rows: [[Float]])]

  /// - Parameter volume: In HU, `[X, Y, Z]` in the order L, P, S, of cubes.
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

  /// Lines with the slices side by side.
  func text(_ ink: Ink) -> String {
    let pictures = slices.map { slice in
      (title: slice.title, width: slice.rows.first?.count ?? 0, lines: Self.lines(slice.rows, ink))
    }
    let height = pictures.map(\.lines.count).max() ?? 0
    let titles = pictures.map { $0.title.padded(to: max($0.width, $0.title.count)) }
    let lines = (0..<height).map { line in
      zip(pictures, titles).map { picture, title in
        let isThere = line < picture.lines.count
        let blanks = String(repeating: " ", count: title.count - (isThere ? picture.width : 0))
        return (isThere ? picture.lines[line] : "") + blanks
      }.joined(separator: "  ")
    }
    return ([titles.joined(separator: "  ")] + lines).joined(separator: "\n") + "\n"
  }

  /// Each line shows two rows of pixels.
  private static func lines(_ rows: [[Float]], _ ink: Ink) -> [String] {
    stride(from: 0, to: rows.count, by: 2).map { row in
      let upper = rows[row]
      let lower = row + 1 < rows.count ? rows[row + 1] : upper.map { _ in window.lowerBound }
      let cells = zip(upper, lower).map { cell($0, $1, ink) }
      return cells.joined() + (ink == .grey ? "\u{1b}[0m" : "")
    }
  }

  /// From air to bone, so that lung, vessels and soft tissue differ.
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
    return min(max(Int(share * Float(count)), 0), count - 1)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }
}
