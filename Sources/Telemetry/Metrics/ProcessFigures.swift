internal import Files
internal import Glibc

/// Figures that the system provides about this process; nil if they are unavailable.
public enum ProcessFigures {
  /// The largest resident memory so far, in bytes.
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
    // Does not count the two descriptors that list the folder.
    (try? FileSystem.names(in: "/proc/self/fd")).map { Double($0.count - 2) }
  }

  static var processorSeconds: Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Start of the process, in seconds since 1970. Field 22 of `stat` counts the ticks from the start of the machine.
  static var startTime: Double? {
    // Starts after the last bracket, because the second field is the program's name in brackets and
    // may contain any character.
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
