internal import CKernels
internal import COpenBLAS
internal import Glibc

/// Settings that affect the whole process, and facts about its arithmetic.
public enum Processor {
  /// Makes OpenBLAS single-threaded, selects its kernels, and limits the memory pools of the C library.
  ///
  /// `main` must use this before it does anything else, in particular before a thread is started.
  public static let initialize: Void = {
    brgsa_limit_arenas()
    brgsa_openblas_initialize()
  }()

  /// The name of the kernels that OpenBLAS uses, for example `SkylakeX`.
  public static var openBLASCore: String {
    initialize
    return String(cString: brgsa_openblas_core_name())
  }

  /// The number of processors that this process may use, such as with `taskset` or a container's `cpuset`.
  public static let count: Int = {
    let allowed = brgsa_processor_count()
    return max(1, allowed > 0 ? allowed : sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }()

  /// Returns unused memory to the system. This is useful after each volume.
  public static func releaseFreeMemory() { brgsa_release_free_memory() }
}
