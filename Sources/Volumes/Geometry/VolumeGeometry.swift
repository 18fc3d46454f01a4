/// The position of the voxels in the patient.
public struct VolumeGeometry: Sendable, Equatable {
  /// Millimetres between voxel centres along the file's axes, fastest first.
  public let spacing: [Double]

  /// The matrix from a voxel index to RAS+ millimetres: three rows of four.
  public let affine: [Double]

  /// The nearest anatomical direction of each file axis, fastest first. No two are on one line.
  public let directions: [AnatomicalDirection]

  /// True if L, P, S was assumed, because neither sform nor qform was set.
  public let isAssumed: Bool

  /// The directions as one word, such as "RAS": the first axis runs to the right.
  public var orientation: String { String(directions.map(\.letter)) }

  /// Returns the file's axis, 0 to 2, that runs along `axis`, and whether it runs in the opposite direction.
  func fileAxis(along axis: AnatomicalAxis) -> (index: Int, isFlipped: Bool) {
    // The header check passes only permutations, so the search always succeeds.
    let index = directions.firstIndex { $0.axis == axis } ?? axis.rawValue
    return (index, !directions[index].isModelDirection)
  }
}

extension VolumeGeometry {
  /// Restores a stored geometry.
  ///
  /// - Parameter orientation: In the form of ``orientation``.
  /// - Returns: Nil unless there are three spacings, twelve finite numbers and three different axes.
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

/// An anatomical direction of a voxel axis.
public enum AnatomicalDirection: Int, Sendable, CaseIterable {
  /// Towards the patient's right. The raw values are those of `cnifti_direction`.
  case right = 1
  /// Towards the patient's left, like the model's x.
  case left
  /// Towards the front.
  case anterior
  /// Towards the back, like the model's y.
  case posterior
  /// Towards the head, like the model's z.
  case superior
  /// Towards the feet.
  case inferior

  /// R, L, A, P, S or I.
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

  /// The model's axis that runs along the same line.
  public var axis: AnatomicalAxis {
    switch self {
    case .right, .left: .x
    case .anterior, .posterior: .y
    case .superior, .inferior: .z
    }
  }

  /// True for L, P and S.
  var isModelDirection: Bool { self == .left || self == .posterior || self == .superior }
}
