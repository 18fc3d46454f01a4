internal import Files
internal import Glibc

/// Figures about this process from the operating system. A figure is nil if it is not available.
public enum ProcessFigures {
  /// Maximum resident memory of the process so far, in bytes.
  public static var peakBytes: Int? {
    var usage = rusage()
    return getrusage(RUSAGE_SELF.rawValue, &usage) == 0 ? usage.ru_maxrss << 10 : nil
  }

  static var residentBytes: Double? {
    let fields = FileSystem.systemText("/proc/self/statm")?.split(separator: " ") ?? []
    guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  static var openDescriptors: Double? {
    // Two descriptors are subtracted: they are open only to list the folder.
    (try? FileSystem.names(in: "/proc/self/fd")).map { Double($0.count - 2) }
  }

  static var processorSeconds: Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Start time of the process, in seconds since 1970. Field 22 of `stat` is the number of clock ticks since the
  /// boot.
  static var startTime: Double? {
    // The second field is the program's name in parentheses, which may contain any character. Parsing therefore
    // starts after the last parenthesis.
    guard
      let fields = FileSystem.systemText("/proc/self/stat")?.split(separator: ")").last?.split(
        separator: " "),
      fields.count > 19, let ticks = Double(fields[19]),
      let boot = FileSystem.systemText("/proc/stat")?.split(separator: "\n").first(where: {
        $0.hasPrefix("btime ")
      }), let seconds = Double(boot.dropFirst(6))
    else { return nil }
    return seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
