import Glibc

/// The memory of this process, as the system counts it.
enum ProcessMemory {
  /// Resident bytes at most so far; 0 where the system does not tell.
  static var peak: Int {
    var usage = rusage()
    guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
    return usage.ru_maxrss << 10
  }
}
