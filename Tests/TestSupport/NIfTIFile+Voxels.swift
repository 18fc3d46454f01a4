extension NIfTIFile {
  /// A file of the given extents, fastest axis first, and spacing in millimetres, without transform.
  ///
  /// - Parameter values: Stored values, fastest axis first; integers are truncated.
  public init(
    shape: [Int], spacing: [Double], values: [Double], datatype: NIfTIDatatype = .int16,
    version: Int = 1, isBigEndian: Bool = false
  ) {
    self.init()
    self.version = version
    self.isBigEndian = isBigEndian
    dims = [3] + shape.map(Int64.init) + [1, 1, 1, 1]
    pixdim = [1] + spacing + [0, 0, 0, 0]
    voxelOffset = version == 1 ? 352 : 544
    setVoxels(values, as: datatype)
  }

  /// Stores `values` in the file's byte order and sets `datatype` and `bitpix` to match.
  public mutating func setVoxels(_ values: [Double], as type: NIfTIDatatype) {
    datatype = type.rawValue
    bitsPerVoxel = type.bits
    switch type {
    case .uint8: store(values) { UInt8($0) }
    case .int8: store(values) { Int8($0) }
    case .int16: store(values) { Int16($0) }
    case .uint16: store(values) { UInt16($0) }
    case .int32: store(values) { Int32($0) }
    case .uint32: store(values) { UInt32($0) }
    case .int64: store(values) { Int64($0) }
    case .uint64: store(values) { UInt64($0) }
    case .float32: store(values) { Float($0).bitPattern }
    case .float64: store(values) { $0.bitPattern }
    case .binary, .complex64, .rgb24, .float128, .complex128, .complex256, .rgba32:
      voxels = [UInt8](repeating: 0, count: values.count * Int(type.bits) / 8)
    }
  }

  private mutating func store<Word: FixedWidthInteger>(
    _ values: [Double], as word: (Double) -> Word
  ) {
    let isBigEndian = isBigEndian
    let words = values.map { isBigEndian ? word($0).bigEndian : word($0).littleEndian }
    voxels = words.withUnsafeBytes { Array($0) }
  }

  /// Sets the sform (code 1) to three rows of four.
  public mutating func setSform(_ affine: [Double]) {
    sformCode = 1
    sform = affine
  }

  /// Sets the qform (code 1) to the axis-aligned or rotated affine's quaternion and qfac.
  public mutating func setQform(_ affine: [Double]) {
    let (quaternion, handedness) = NIfTIQuaternion.of(affine)
    qformCode = 1
    self.quaternion = quaternion
    pixdim[0] = handedness
    quaternionOffset = [affine[3], affine[7], affine[11]]
  }
}

/// Rotation matrix to quaternion, the slow and safe way.
enum NIfTIQuaternion {
  /// b, c, d and qfac of an affine whose columns are perpendicular.
  static func of(_ affine: [Double]) -> (vector: [Double], handedness: Double) {
    var columns = (0..<3).map { column -> [Double] in
      let values = (0..<3).map { affine[4 * $0 + column] }
      let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return values.map { $0 / length }
    }
    let handedness: Double = determinant(columns) < 0 ? -1 : 1
    columns[2] = columns[2].map { $0 * handedness }
    func element(_ row: Int, _ column: Int) -> Double { columns[column][row] }
    let (xx, yy, zz) = (element(0, 0), element(1, 1), element(2, 2))
    // Four times the square of a, b, c, d; the largest gives the signs of the others.
    let squares = [1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz]
    let largest = squares.indices.max { squares[$0] < squares[$1] } ?? 0
    let (xy, xz, yz) = (
      element(0, 1) + element(1, 0), element(0, 2) + element(2, 0), element(1, 2) + element(2, 1)
    )
    let (x, y, z) = (
      element(2, 1) - element(1, 2), element(0, 2) - element(2, 0), element(1, 0) - element(0, 1)
    )
    let products = [
      [squares[0], x, y, z], [x, squares[1], xy, xz], [y, xy, squares[2], yz],
      [z, xz, yz, squares[3]],
    ][largest]
    let scale = 0.5 / squares[largest].squareRoot() * (products[0] < 0 ? -1 : 1)
    return (products.dropFirst().map { $0 * scale }, handedness)
  }

  private static func determinant(_ columns: [[Double]]) -> Double {
    (0..<3).reduce(0.0) { sum, row in
      let (next, last) = ((row + 1) % 3, (row + 2) % 3)
      let minor = columns[1][next] * columns[2][last] - columns[1][last] * columns[2][next]
      return sum + columns[0][row] * minor
    }
  }
}
