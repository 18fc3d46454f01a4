import CommandLineSupport
import Tensors

extension Settings {
  /// Returns the kernels for the encoders.
  ///
  /// - Throws: `CommandFailure` if this processor does not support them.
  func arithmetic() throws(CommandFailure) -> Kernels {
    let name = self.kernels
    let compute = Compute(rawValue: self.compute) ?? .f32
    if let found = Kernels.set(name, for: compute) { return found }
    let names = (compute == .f32 ? Kernels.all : Kernels.allRounded).map(\.name)
    guard name.isEmpty else {
      throw .configuration(
        "kernels is \(name): this processor supports \(names.joined(separator: ", ")) for compute \(compute.rawValue)"
      )
    }
    throw .configuration(
      "compute is \(compute.rawValue), which needs a processor with AMX (amx_bf16 in /proc/cpuinfo) or AVX512-BF16 (avx512_bf16)"
    )
  }
}
