import CNIfTI

/// The type of a stored voxel. The cases are the scalar NIfTI datatypes that can be converted to HU.
public enum VoxelType: Int, Sendable, CaseIterable {
  /// Unsigned integer, 8 bits. The raw values of all cases are NIfTI's datatype codes.
  case uint8 = 2
  /// Signed integer, 16 bits. CT scanners use this type.
  case int16 = 4
  /// Signed integer, 32 bits.
  case int32 = 8
  /// IEEE floating point, 32 bits.
  case float32 = 16
  /// IEEE floating point, 64 bits.
  case float64 = 64
  /// Signed integer, 8 bits.
  case int8 = 256
  /// Unsigned integer, 16 bits.
  case uint16 = 512
  /// Unsigned integer, 32 bits.
  case uint32 = 768
  /// Signed integer, 64 bits.
  case int64 = 1024
  /// Unsigned integer, 64 bits.
  case uint64 = 1280

  /// Size in bytes of one voxel, from the type table of libnifti.
  public var byteCount: Int { Int(cnifti_bytes_per_voxel(Int32(rawValue))) }
}

/// The conversion of stored values to HU: `slope · stored + intercept`.
public struct VoxelScaling: Sendable, Equatable {
  /// The slope in effect. If the slope in the file is 0 or NaN, this is 1 and the file's intercept is ignored.
  public let slope: Double

  /// The intercept in effect, in HU.
  public let intercept: Double

  /// Checks the slope and intercept of a file.
  ///
  /// - Throws: ``VolumeError/notHounsfield(found:allowed:)`` if the slope is infinite, or if the slope is valid but
  ///   the intercept is not finite.
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

  /// True if the stored values are already HU.
  var isIdentity: Bool { slope == 1 && intercept == 0 }
}
