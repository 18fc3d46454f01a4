internal import Inference
internal import StrictJSON
public import Volumes

extension VolumeError: Refusal {
  /// The problem that describes this error of a volume.
  public var problem: Problem {
    switch self {
    case .emptyBody: Problem(.emptyBody, "The file is empty.")
    case .notNIfTI: Problem(.notNIfTI, "The file has no NIfTI header.")
    case .containerUnsupported(let container):
      Problem(
        .containerUnsupported, "The file is \(container.name), not NIfTI.", hint: container.hint)
    case .variantUnsupported(let variant):
      Problem(
        .niftiVariantUnsupported,
        "This form of NIfTI is not supported: \(variant.rawValue).",
        hint: "Convert it to one .nii.gz file.")
    case .truncatedVolume(let found, let declared):
      Problem(
        .truncatedVolume,
        "The header declares \(declared) bytes\(found.map { "; the file has \($0)" } ?? "").",
        limit: .integer(declared), actual: found.map(JSON.integer))
    case .trailingData(let declared):
      Problem(
        .trailingData, "The file has more bytes than the \(declared) that the header declares.",
        limit: .integer(declared))
    case .gzipCorrupt:
      Problem(.gzipCorrupt, "The gzip stream is cut or damaged.", hint: "Check it with gzip -t.")
    case .datatypeUnsupported(let code): .datatype(code)
    case .inflatedTooLarge(let bytes, let allowed):
      Problem(
        .inflatedTooLarge, "The volume has \(bytes) bytes; the limit is \(allowed).",
        limit: .integer(allowed), actual: .integer(bytes))
    case .nonFiniteVoxels(let count):
      Problem(
        .nonFiniteVoxels, "\(count) voxels are NaN or infinite.", actual: .integer(count))
    case .notHounsfield(let found, let allowed):
      Problem(
        .notHounsfield,
        "\(found.map { "Values run from \($0.lowerBound) to \($0.upperBound)" } ?? "The intercept is not a number"); HU are within \(allowed.lowerBound) to \(allowed.upperBound)."
      )
    case .noContrast(let value): Problem(.noContrast, "Every voxel is \(value) HU, within 1 HU.")
    case .inputOutput: Problem(.internalError, "The volume could not be read.")
    case .cancelled: InferenceError.cancelled.problem
    case .axisTooLong(let axis, let found, let allowed):
      Problem(
        .volumeTooLarge, "dim[\(axis)] is \(found); the limit is \(allowed) voxels.",
        limit: .integer(allowed), actual: .integer(Int(found)))
    case .tooManyVoxels(let found, let allowed):
      Problem(
        .volumeTooLarge, "The volume has \(found) voxels; the limit is \(allowed).",
        limit: .integer(allowed), actual: .integer(Int(found)))
    case .dimsOutOfRange(let axis, let found):
      Problem(
        .dimsOutOfRange,
        found.map { "dim[\(axis)] is \($0)." } ?? "The dimensions' product overflows.",
        actual: found.map { .integer(Int($0)) })
    case .not3D(let axis, let count):
      Problem(
        .not3D,
        axis == 0
          ? "dim[0] is \(count), not 3."
          : "dim[\(axis)] is \(count): several volumes in one file.",
        actual: .integer(Int(count)))
    case .tooFewSlices(let axis, let found, let allowed):
      Problem(
        .tooFewSlices, "dim[\(axis)] is \(found); a volume needs at least \(allowed) voxels.",
        limit: .integer(allowed), actual: .integer(Int(found)))
    case .spacingOutOfRange(let axis, let found, let allowed):
      Problem(
        .spacingOutOfRange,
        "The spacing along axis \(axis) is \(found) mm; allowed are \(Self.range(allowed)) mm.",
        actual: .double(found),
        hint: found < 0
          ? "The sign of pixdim is ignored only if an sform gives the same distance." : nil)
    case .affineInvalid(let fault):
      Problem(
        .affineInvalid, "The orientation is unusable: \(Self.words(for: fault)).",
        hint: Self.hint(for: fault))
    case .voxOffsetOutOfRange(let found, let allowed):
      Problem(
        .voxOffsetOutOfRange,
        "vox_offset is \(found.map(String.init) ?? "not a whole number"), allowed are multiples of 16 from \(allowed.lowerBound) to \(allowed.upperBound).",
        actual: found.map { .integer(Int($0)) })
    case .headerInconsistent(.byteOrder):
      Problem(.headerInconsistent, "sizeof_hdr and dim[0] have different byte orders.")
    case .headerInconsistent(.bitsPerVoxel(let found, let expected)):
      Problem(
        .headerInconsistent, "bitpix is \(found), the datatype has \(expected) bits.",
        limit: .integer(expected), actual: .integer(found))
    case .fieldOfViewOutOfRange(let axis, let found, let allowed):
      Problem(
        .fovOutOfRange,
        "The field of view along axis \(axis) is \(found) mm; allowed are \(Self.range(allowed)) mm.",
        actual: .double(found))
    case .badHeader: Problem(.badHeader, "The header's signature is damaged.")
    }
  }

  private static func range(_ range: ClosedRange<Double>) -> String {
    "\(range.lowerBound) to \(range.upperBound)"
  }

  /// The largest shear that rounding or registration usually causes. A tilted gantry causes more.
  private static let roundedShear = 0.01

  private static func hint(for fault: VolumeError.AffineFault) -> String? {
    guard case .sheared(let found, _) = fault else { return nil }
    guard found <= roundedShear else {
      return
        "A tilted gantry or a registration causes such angles. Resample the volume to a rectangular grid, for example with resample_to_output of nibabel.processing."
    }
    return
      "Rounding or a registration causes such small angles. Straighten the axes: python3 -c \"import nibabel as n; i = n.load('FILE'); i.set_qform(i.affine); i.set_sform(i.get_qform()); n.save(i, 'straight.nii.gz')\". Voxels move by less than a hundredth of their distance from the corner."
  }

  private static func words(for fault: VolumeError.AffineFault) -> String {
    switch fault {
    case .notFinite: "it has values that are not finite"
    case .singular: "its axes do not span the space"
    case .sheared(let found, let allowed):
      "the cosine between two axes is \(found); the limit is \(allowed)"
    case .tooFar(let found, let allowed):
      "the first voxel is \(found) mm from the origin; the limit is \(allowed) mm"
    case .quaternionTooLong(let squaredLength):
      "the quaternion's vector part has the squared length \(squaredLength)"
    }
  }
}
