internal import CKernels

/// The precision of the encoders' matrix products.
public enum Compute: String, Sendable, CaseIterable {
  /// The precision of products and sums in float32.
  case f32
  /// The factors in linear layers and attention are rounded to bfloat16 (8 significant bits). The sums are float32.
  case bf16

  var value: brgsa_compute {
    switch self {
    case .f32: brgsa_compute_float32
    case .bf16: brgsa_compute_bfloat16
    }
  }
}
