/// The position and orientation of a volume's voxels in the patient.
public struct VolumeGeometry: Sendable, Equatable {
  /// Distance between voxel centres along the file's axes in millimetres, fastest axis first.
  public let spacing: [Double]

  /// The affine matrix that maps a voxel index to RAS+ millimetres: three rows of four numbers.
  public let affine: [Double]

  /// The nearest anatomical direction of each axis of the file, fastest axis first. No two of them are parallel.
  public let directions: [AnatomicalDirection]

  /// True if the orientation L, P, S was assumed because neither sform nor qform is set.
  public let isAssumed: Bool

  /// The directions as one word. In "RAS", for example, the first axis points to the right.
  public var orientation: String { String(directions.map(\.letter)) }

  /// Returns the file's axis that is parallel to `axis`, 0 to 2, and whether it points in the opposite direction.
  func fileAxis(along axis: AnatomicalAxis) -> (index: Int, isFlipped: Bool) {
    // The header check accepts only permutations of the axes, so the search always succeeds.
    let index = directions.firstIndex { $0.axis == axis } ?? axis.rawValue
    return (index, !directions[index].isModelDirection)
  }
}

extension VolumeGeometry {
  /// Restores a geometry from stored values.
  ///
  /// - Parameter orientation: Three letters, as in ``orientation``.
  /// - Returns: nil unless there are three positive spacings, twelve finite numbers and three different axes.
  public init?(spacing: [Double], affine: [Double], orientation: String) {
    let directions = orientation.compactMap { letter in
      AnatomicalDirection.allCases.first { $0.letter == letter }
    }
    guard spacing.count == 3, spacing.allSatisfy({ $0 > 0 && $0.isFinite }), affine.count == 12,
      affine.allSatisfy(\.isFinite), directions.count == 3, Set(directions.map(\.axis)).count == 3
    else { return nil }
    self.spacing = spacing
    self.affine = affine
    self.directions = directions
    isAssumed = false
  }
}

/// The anatomical direction of a voxel axis.
public enum AnatomicalDirection: Int, Sendable, CaseIterable {
  /// Towards the patient's right. The raw values of all cases are those of `cnifti_direction`.
  case right = 1
  /// Towards the patient's left. The model's x axis has this direction.
  case left
  /// Towards the front.
  case anterior
  /// Towards the back. The model's y axis has this direction.
  case posterior
  /// Towards the head. The model's z axis has this direction.
  case superior
  /// Towards the feet.
  case inferior

  /// The letter of the direction: R, L, A, P, S or I.
  public var letter: Character {
    switch self {
    case .right: "R"
    case .left: "L"
    case .anterior: "A"
    case .posterior: "P"
    case .superior: "S"
    case .inferior: "I"
    }
  }

  /// The model's axis that is parallel to this direction.
  public var axis: AnatomicalAxis {
    switch self {
    case .right, .left: .x
    case .anterior, .posterior: .y
    case .superior, .inferior: .z
    }
  }

  /// True for L, P and S, the directions of the model's axes.
  var isModelDirection: Bool { self == .left || self == .posterior || self == .superior }
}
