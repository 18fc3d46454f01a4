internal import Glibc

/// The system's figures of this process; nil where it has none.
public enum ProcessFigures {
  /// The most resident memory so far, in bytes.
  public static var peakBytes: Int? {
    var usage = rusage()
    return getrusage(RUSAGE_SELF.rawValue, &usage) == 0 ? usage.ru_maxrss << 10 : nil
  }

  static var residentBytes: Double? {
    let fields = text("/proc/self/statm")?.split(separator: " ") ?? []
    guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  static var openDescriptors: Double? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    // Without "." and ".." and the one that is read here.
    var count = -3
    while readdir(folder) != nil { count += 1 }
    return Double(count)
  }

  static var processorSeconds: Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Field 22 of `stat` counts ticks since the machine started.
  static var startTime: Double? {
    // The second field is the program's name, in brackets, and may hold anything.
    guard let fields = text("/proc/self/stat")?.split(separator: ")").last?.split(separator: " "),
      fields.count > 19, let ticks = Double(fields[19]),
      let boot = text("/proc/stat")?.split(separator: "\n").first(where: {
        $0.hasPrefix("btime ")
      }), let seconds = Double(boot.dropFirst(6))
    else { return nil }
    return seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
