internal import CKernels

/// How exact the products of the encoders are.
public enum Compute: String, Sendable, CaseIterable {
  /// As exact as sums and products of float32.
  case f32
  /// Factors of linear layers and attention are rounded to bfloat16, which has 8 significant bits. Sums are float32.
  case bf16

  var value: brgsa_compute {
    switch self {
    case .f32: brgsa_compute_float32
    case .bf16: brgsa_compute_bfloat16
    }
  }
}
