internal import CZlib
internal import CheckedNumbers
internal import Formats
package import Tensors

/// A volume on the model's grid: whole HU, limited to the model's window.
public struct VoxelGrid: Sendable, Equatable {
  /// Number of voxels along x (to the patient's left), y (to the back) and z (to the head).
  public let shape: [Int]
  /// Distance between voxels along x, y and z, in millimetres.
  public let spacing: [Double]
  /// The voxels in HU, x slowest. This is the memory order of the model's input.
  let hounsfield: [Int16]

  /// A direction in which a volume is cut into slices.
  public enum Plane: String, Sendable, CaseIterable {
    /// Slices across the body, numbered from the feet to the head.
    case axial
    /// Slices numbered from the front to the back.
    case coronal
    /// Slices numbered from the patient's right to the patient's left.
    case sagittal
  }

  /// The number and size of the slices in one plane.
  public struct Extent: Sendable, Equatable {
    /// Number of slices.
    public let count: Int
    /// Number of pixels in a row.
    public let width: Int
    /// Number of rows in a slice.
    public let height: Int
    /// Width and height of a pixel, in millimetres.
    public let pixel: [Double]
  }

  /// Returns the number and size of the slices in a plane.
  public static func extent(_ plane: Plane, shape: [Int], spacing: [Double]) -> Extent {
    let (across, down, along) = axes(plane)
    return Extent(
      count: shape[along], width: shape[across], height: shape[down],
      pixel: [spacing[across], spacing[down]])
  }

  /// Returns three axes of the grid: along the rows of a slice, down its columns, and from slice to slice.
  private static func axes(_ plane: Plane) -> (across: Int, down: Int, along: Int) {
    switch plane {
    case .axial: (0, 1, 2)
    case .coronal: (0, 2, 1)
    case .sagittal: (1, 2, 0)
    }
  }

  /// Visits the voxels of a slice in the order of the picture's pixels.
  ///
  /// The picture follows the convention of radiology. The patient's right or front is on the left, and the head or
  /// front is at the top.
  ///
  /// - Parameter body: Called with the position of each voxel on the grid.
  func forEachPixel(_ plane: Plane, _ slice: Int, _ body: (_ x: Int, _ y: Int, _ z: Int) -> Void) {
    let (across, down, along) = Self.axes(plane)
    var place = [0, 0, 0]
    place[along] = slice
    for row in 0..<shape[down] {
      // The z axis points to the head, which is at the top of the picture.
      place[down] = down == 2 ? shape[2] - 1 - row : row
      for column in 0..<shape[across] {
        place[across] = column
        body(place[0], place[1], place[2])
      }
    }
  }

  func hounsfield(_ x: Int, _ y: Int, _ z: Int) -> Int16 {
    hounsfield[(x * shape[1] + y) * shape[2] + z]
  }
}

extension VoxelGrid {
  /// Converts the model's input back to HU.
  package init(_ input: Tensor, _ recipe: PreprocessingRecipe) {
    shape = recipe.shape
    spacing = recipe.spacing
    hounsfield = input.withElements { elements in
      elements.map {
        Int16(nearest: recipe.intensity.hounsfield(ofInput: $0), clampedTo: .min ... .max)
      }
    }
  }

  /// Returns the model's input for the HU of this grid.
  package func input(_ recipe: PreprocessingRecipe) -> Tensor {
    Tensor(
      shape: shape, elements: hounsfield.map { recipe.intensity.input(ofHounsfield: Float($0)) })
  }

  /// The grid in the form in which it is stored: three extents, then the compressed voxels.
  package var packed: [UInt8] {
    var bytes = shape.flatMap { Array(littleEndian: UInt32($0)) }
    let headBytes = bytes.count
    hounsfield.withUnsafeBytes { voxels in
      var length = compressBound(uLong(voxels.count))
      bytes += [UInt8](repeating: 0, count: Int(length))
      let code = bytes.withUnsafeMutableBytes { target in
        compress2(
          target.baseAddress?.advanced(by: headBytes).assumingMemoryBound(to: UInt8.self), &length,
          voxels.baseAddress?.assumingMemoryBound(to: UInt8.self), uLong(voxels.count), Z_BEST_SPEED
        )
      }
      bytes.removeLast(bytes.count - headBytes - (code == Z_OK ? Int(length) : 0))
    }
    return bytes
  }

  /// Restores a grid from ``packed``; nil if the bytes are damaged or their shape differs from the recipe's.
  package init?(packed: [UInt8], recipe: PreprocessingRecipe) {
    let headBytes = 3 * MemoryLayout<UInt32>.stride
    guard packed.count > headBytes else { return nil }
    let extents = (0..<3).map { Int(packed.littleEndian(UInt32.self, at: 4 * $0)) }
    guard extents == recipe.shape else { return nil }
    shape = extents
    spacing = recipe.spacing
    var isWhole = false
    let count = extents.reduce(1, *)
    hounsfield = [Int16](unsafeUninitializedCapacity: count) { voxels, filled in
      var length = uLong(MemoryLayout<Int16>.stride * count)
      let code = packed.withUnsafeBytes { source in
        uncompress(
          UnsafeMutableRawBufferPointer(voxels).baseAddress?.assumingMemoryBound(to: UInt8.self),
          &length,
          source.baseAddress?.advanced(by: headBytes).assumingMemoryBound(to: UInt8.self),
          uLong(packed.count - headBytes))
      }
      isWhole = code == Z_OK && Int(length) == MemoryLayout<Int16>.stride * count
      filled = isWhole ? count : 0
    }
    guard isWhole else { return nil }
  }
}
