import CNIfTI

/// The type of a stored voxel: the scalar NIfTI datatypes that convert to HU.
public enum VoxelType: Int, Sendable, CaseIterable {
  /// Unsigned, 8 bits. The raw values are NIfTI's datatype codes.
  case uint8 = 2
  /// Signed, 16 bits: the type of CT scanners.
  case int16 = 4
  /// Signed, 32 bits.
  case int32 = 8
  /// IEEE single.
  case float32 = 16
  /// IEEE double.
  case float64 = 64
  /// Signed, 8 bits.
  case int8 = 256
  /// Unsigned, 16 bits.
  case uint16 = 512
  /// Unsigned, 32 bits.
  case uint32 = 768
  /// Signed, 64 bits.
  case int64 = 1024
  /// Unsigned, 64 bits.
  case uint64 = 1280

  /// Bytes of one voxel, from libnifti's type table.
  public var byteCount: Int { Int(cnifti_bytes_per_voxel(Int32(rawValue))) }
}

/// The file's conversion of stored values to HU: `slope · stored + intercept`.
public struct VoxelScaling: Sendable, Equatable {
  /// The effective slope. It is 1 if the file's slope is 0 or NaN; the file's intercept is then ignored, too.
  public let slope: Double

  /// The effective intercept, in HU.
  public let intercept: Double

  /// - Throws: ``VolumeError/notHounsfield(found:allowed:)`` for an infinite slope, and for a valid
  ///   slope with an intercept that is not finite.
  /// - Source: nifti1.h, "if the scl_slope field is nonzero"; ModelSpecification.md, step 1.
  init(slope: Double, intercept: Double, limits: VolumeLimits) throws(VolumeError) {
    guard !slope.isInfinite else { throw .notHounsfield(found: nil, allowed: limits.hounsfield) }
    guard !slope.isNaN, slope != 0 else {
      self.slope = 1
      self.intercept = 0
      return
    }
    guard intercept.isFinite else {
      throw .notHounsfield(found: nil, allowed: limits.hounsfield)
    }
    self.slope = slope
    self.intercept = intercept
  }

  /// True if the stored values are HU.
  var isIdentity: Bool { slope == 1 && intercept == 0 }
}
