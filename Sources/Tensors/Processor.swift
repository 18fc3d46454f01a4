internal import CKernels
internal import COpenBLAS

/// Settings and facts of the whole process.
public enum Processor {
  /// Makes OpenBLAS single-threaded, picks its kernels and limits the C library's memory pools. Use
  /// it first in `main`, before this program starts a thread.
  public static let initialize: Void = {
    brgsa_limit_arenas()
    brgsa_openblas_initialize()
  }()

  /// OpenBLAS's kernel family, for example `SkylakeX`.
  public static var openBLASCore: String {
    initialize
    return String(cString: brgsa_openblas_core_name())
  }

  /// Returns unused memory to the system; worthwhile after each volume.
  public static func releaseFreeMemory() { brgsa_release_free_memory() }
}
