import CNIfTI
import Glibc

/// The part of the header check that concerns pixdim, sform and qform.
extension VolumeGeometry {
  /// Maximum relative difference at which pixdim and a column of the affine count as the same spacing.
  private static let spacingAgreement = 1e-5

  /// Accepted excess of a quaternion's squared length over 1. It is larger than the rounding errors of 32-bit floats.
  private static let quaternionSlack = 1e-5

  /// Maximum relative difference between pixdim and the affine that gives no warning: 1.5 mm over the length of a
  /// chest.
  private static let conflictingSpacing = 5e-3

  /// Maximum distance between the corners of sform and qform that gives no warning, as a fraction of the smallest
  /// spacing.
  private static let conflictShare = 0.5

  /// Returns the geometry, with warnings if pixdim, sform and qform contradict each other.
  ///
  /// The sform is used if its code is greater than 0. Otherwise, the qform is used if its code is greater than 0.
  /// Otherwise, the orientation L, P, S is used with pixdim.
  ///
  /// - Source: ModelSpecification.md, step 1.
  static func check(
    _ fields: NIfTIFields, shape: [Int], millimetresPerUnit: Double, limits: VolumeLimits
  ) throws(VolumeError) -> (geometry: VolumeGeometry, conflicts: [VolumeWarning]) {
    let stated = fields.pixdim[1...3].map { $0 * millimetresPerUnit }
    // An sform contains spacing and directions. A qform contains only directions and needs pixdim.
    let pixdim = fields.sformCode > 0 ? stated.map(abs) : stated
    try checkSpacing(pixdim, stated: stated, limits: limits)
    let isAssumed = fields.sformCode <= 0 && fields.qformCode <= 0
    let affine: [Double]
    if fields.sformCode > 0 {
      affine = fields.sform.map { $0 * millimetresPerUnit }
    } else if fields.qformCode > 0 {
      affine = try qform(fields, spacing: pixdim, millimetresPerUnit: millimetresPerUnit)
    } else {
      affine = assumedAffine(spacing: pixdim)
    }
    let columns = try checkColumns(affine, limits: limits)
    let spacing = zip(columns, pixdim).map { column, pixdim in
      abs(column - pixdim) <= spacingAgreement * pixdim ? pixdim : column
    }
    try checkSpacing(spacing, stated: spacing, limits: limits)
    try checkFieldOfView(shape: shape, spacing: spacing, limits: limits)
    var conflicts = try spacingConflict(stated, columns: columns, limits: limits)
    if fields.sformCode > 0, fields.qformCode > 0 {
      let other = try? qform(fields, spacing: pixdim, millimetresPerUnit: millimetresPerUnit)
      let isElsewhere = other.map { disagree(affine, $0, shape: shape, spacing: spacing) }
      if isElsewhere ?? true { conflicts.append(.qformSformConflict) }
    }
    let geometry = VolumeGeometry(
      spacing: spacing, affine: affine, directions: try directions(of: affine),
      isAssumed: isAssumed)
    return (geometry, conflicts)
  }

  /// Returns a warning for the axis along which pixdim and the affine differ most, if the difference is not just
  /// rounding. Otherwise, returns a warning for a negative pixdim.
  ///
  /// - Parameter stated: pixdim with its signs. The absolute value of a negative pixdim must agree with the sform.
  /// - Throws: ``VolumeError/spacingOutOfRange(axis:found:allowed:)`` if it does not agree.
  private static func spacingConflict(
    _ stated: [Double], columns: [Double], limits: VolumeLimits
  ) throws(VolumeError) -> [VolumeWarning] {
    let ratios = zip(stated, columns).map { abs(log(abs($0) / $1)) }
    for (index, value) in stated.enumerated() where value < 0 {
      guard ratios[index] <= conflictingSpacing else {
        throw .spacingOutOfRange(axis: index + 1, found: value, allowed: limits.spacing)
      }
    }
    let worst = ratios.indices.max { ratios[$0] < ratios[$1] } ?? 0
    let index = ratios[worst] > conflictingSpacing ? worst : stated.firstIndex { $0 < 0 }
    return index.map {
      [.spacingConflict(fileAxis: $0 + 1, pixdim: stated[$0], affine: columns[$0])]
    } ?? []
  }

  private static func checkSpacing(
    _ spacing: [Double], stated: [Double], limits: VolumeLimits
  ) throws(VolumeError) {
    for (index, value) in spacing.enumerated() where !limits.spacing.contains(value) {
      throw .spacingOutOfRange(axis: index + 1, found: stated[index], allowed: limits.spacing)
    }
  }

  private static func checkFieldOfView(
    shape: [Int], spacing: [Double], limits: VolumeLimits
  ) throws(VolumeError) {
    for index in 0..<3 {
      let found = Double(shape[index]) * spacing[index]
      guard limits.fieldOfView.contains(found) else {
        throw .fieldOfViewOutOfRange(axis: index + 1, found: found, allowed: limits.fieldOfView)
      }
    }
  }

  private static func qform(
    _ fields: NIfTIFields, spacing: [Double], millimetresPerUnit: Double
  ) throws(VolumeError) -> [Double] {
    let offset = fields.quaternionOffset.map { $0 * millimetresPerUnit }
    let handedness = fields.pixdim[0]
    guard (fields.quaternion + offset + [handedness]).allSatisfy(\.isFinite) else {
      throw .affineInvalid(.notFinite)
    }
    let squaredLength = fields.quaternion.reduce(0) { $0 + $1 * $1 }
    guard squaredLength <= 1 + quaternionSlack else {
      throw .affineInvalid(.quaternionTooLong(squaredLength: squaredLength))
    }
    var affine = [Double](repeating: 0, count: 12)
    cnifti_affine_of_quaternion(fields.quaternion, offset, spacing, handedness, &affine)
    return affine
  }

  /// Returns an affine with the orientation L, P, S in RAS+ space and the origin 0.
  private static func assumedAffine(spacing: [Double]) -> [Double] {
    [-spacing[0], 0, 0, 0, 0, -spacing[1], 0, 0, 0, 0, spacing[2], 0]
  }

  /// Checks all numbers of the affine and returns the lengths of its columns.
  private static func checkColumns(
    _ affine: [Double], limits: VolumeLimits
  ) throws(VolumeError) -> [Double] {
    guard affine.allSatisfy(\.isFinite) else { throw .affineInvalid(.notFinite) }
    for offset in [affine[3], affine[7], affine[11]] where abs(offset) > limits.offset {
      throw .affineInvalid(.tooFar(found: offset, allowed: limits.offset))
    }
    let columns = (0..<3).map { column in (0..<3).map { affine[4 * $0 + column] } }
    let lengths = columns.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    guard lengths.allSatisfy({ $0 > 0 && $0.isFinite }) else { throw .affineInvalid(.singular) }
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
      let product = zip(columns[first], columns[second]).reduce(0) { $0 + $1.0 * $1.1 }
      let cosine = abs(product) / lengths[first] / lengths[second]
      guard cosine <= limits.shear else {
        throw .affineInvalid(.sheared(found: cosine, allowed: limits.shear))
      }
    }
    return lengths
  }

  private static func directions(
    of affine: [Double]
  ) throws(VolumeError) -> [AnatomicalDirection] {
    var codes: [Int32] = [0, 0, 0]
    let found = cnifti_orientation(affine, &codes)
    let directions = codes.compactMap { AnatomicalDirection(rawValue: Int($0)) }
    guard found == 1, Set(directions.map(\.axis)).count == 3 else {
      throw .affineInvalid(.singular)
    }
    return directions
  }

  /// True if the two transforms place a corner of the volume at clearly different positions.
  private static func disagree(
    _ sform: [Double], _ qform: [Double], shape: [Int], spacing: [Double]
  ) -> Bool {
    let tolerance = conflictShare * spacing.reduce(.infinity, min)
    for corner in 0..<8 {
      let index = (0..<3).map { (corner >> $0) & 1 == 1 ? Double(shape[$0] - 1) : 0 }
      let squared = (0..<3).reduce(0.0) { sum, row in
        let difference = (0..<3).reduce(sform[4 * row + 3] - qform[4 * row + 3]) {
          $0 + (sform[4 * row + $1] - qform[4 * row + $1]) * index[$1]
        }
        return sum + difference * difference
      }
      if squared > tolerance * tolerance { return true }
    }
    return false
  }
}
