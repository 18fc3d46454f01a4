import Volumes

extension VolumeError {
  /// The slug that the API gives this refusal, for the list of hostile volumes. From openapi.yaml, `ProblemCode`; `internal` for a failed read or write.
  var code: String {
    switch self {
    case .emptyBody: "empty-body"
    case .notNIfTI: "not-nifti"
    case .containerUnsupported: "container-unsupported"
    case .variantUnsupported: "nifti-variant-unsupported"
    case .truncatedVolume: "truncated-volume"
    case .trailingData: "trailing-data"
    case .gzipCorrupt: "gzip-corrupt"
    case .datatypeUnsupported: "datatype-unsupported"
    case .inflatedTooLarge: "inflated-too-large"
    case .axisTooLong, .tooManyVoxels: "volume-too-large"
    case .dimsOutOfRange: "dims-out-of-range"
    case .not3D: "not-3d"
    case .tooFewSlices: "too-few-slices"
    case .spacingOutOfRange: "spacing-out-of-range"
    case .affineInvalid: "affine-invalid"
    case .voxOffsetOutOfRange: "vox-offset-out-of-range"
    case .headerInconsistent: "header-inconsistent"
    case .badHeader: "bad-header"
    case .nonFiniteVoxels: "non-finite-voxels"
    case .notHounsfield: "not-hounsfield"
    case .noContrast: "no-contrast"
    case .fieldOfViewOutOfRange: "fov-out-of-range"
    case .inputOutput: "internal"
    case .cancelled: "cancelled"
    }
  }
}
