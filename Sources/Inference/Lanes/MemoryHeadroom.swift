internal import CheckedNumbers
internal import Files

/// The memory that this process can still use: the free memory of the machine or of the process's control group,
/// whichever is less.
///
/// The kernel kills a process that exceeds it, and all running work is lost. The service therefore refuses volumes
/// before that happens.
enum MemoryHeadroom {
  /// Free bytes; nil if unknown.
  static var bytes: Int? {
    let machine = FileSystem.systemText("/proc/meminfo").flatMap(available)
    let folder = FileSystem.systemText("/proc/self/cgroup").flatMap(groupFolder)
    let group = folder.flatMap { folder in
      left(
        limit: FileSystem.systemText("\(folder)/memory.max"),
        use: FileSystem.systemText("\(folder)/memory.current"),
        statistics: FileSystem.systemText("\(folder)/memory.stat"))
    }
    return [machine, group].compactMap(\.self).min()
  }

  /// Returns the number of bytes that the kernel can provide without swapping.
  ///
  /// - Parameter meminfo: The text of `/proc/meminfo`.
  static func available(_ meminfo: String) -> Int? {
    number(of: "MemAvailable:", in: meminfo).map { $0 << 10 }
  }

  /// Returns the number of bytes that a control group may still use. File cache that the kernel can drop counts as
  /// free.
  static func left(limit: String?, use: String?, statistics: String?) -> Int? {
    guard let limit = limit.flatMap(number), let use = use.flatMap(number) else { return nil }
    let files = statistics.flatMap { number(of: "inactive_file", in: $0) } ?? 0
    return max(limit - (use - files), 0)
  }

  /// Returns the path of the process's control group in the unified hierarchy (cgroup v2).
  ///
  /// - Parameter membership: The text of `/proc/self/cgroup`.
  static func groupFolder(_ membership: String) -> String? {
    membership.split(separator: "\n").first { $0.hasPrefix("0::") }.map {
      "/sys/fs/cgroup" + $0.dropFirst(3)
    }
  }

  private static func number(of name: String, in text: String) -> Int? {
    text.split(separator: "\n").first { $0.hasPrefix(name) }.flatMap { line in
      line.split(separator: " ").dropFirst().first.flatMap { Int(digits: $0, in: bounds) }
    }
  }

  /// Reads a number; nil for `max`, which means unlimited.
  private static func number(_ text: String) -> Int? {
    Int(digits: text.filter { !$0.isWhitespace }, in: bounds)
  }

  /// Plausible values in bytes or KiB. Adding or shifting such values cannot overflow.
  private static let bounds = 0...(1 << 50)
}
