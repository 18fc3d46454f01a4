internal import CKernels
internal import COpenBLAS
internal import Glibc

/// Process-wide settings and properties of the processor.
public enum Processor {
  /// Makes OpenBLAS single-threaded, selects its kernels, and limits the number of memory pools of the C library.
  ///
  /// `main` must use this first, before any thread is started.
  public static let initialize: Void = {
    brgsa_limit_arenas()
    brgsa_openblas_initialize()
  }()

  /// The name of the kernels that OpenBLAS has selected, for example `SkylakeX`.
  public static var openBLASCore: String {
    initialize
    return String(cString: brgsa_openblas_core_name())
  }

  /// Number of processor cores that this process may use. `taskset` or a container's `cpuset` can limit it.
  public static let count: Int = {
    let allowed = brgsa_processor_count()
    return max(1, allowed > 0 ? allowed : sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }()

  /// Returns unused memory to the operating system. This is useful after each volume.
  public static func releaseFreeMemory() { brgsa_release_free_memory() }
}
