internal import CheckedNumbers
internal import Files

/// The memory that is left for this process: that of the machine or that of the process's control
/// group, whichever is less.
///
/// The kernel kills a process that takes more, and all running work is lost. So volumes are refused
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

  /// Returns the bytes that the kernel can give without swapping.
  ///
  /// - Parameter meminfo: The text of `/proc/meminfo`.
  static func available(_ meminfo: String) -> Int? {
    number(of: "MemAvailable:", in: meminfo).map { $0 << 10 }
  }

  /// Returns the bytes that a control group may still take. Files that the kernel can drop count as free.
  static func left(limit: String?, use: String?, statistics: String?) -> Int? {
    guard let limit = limit.flatMap(number), let use = use.flatMap(number) else { return nil }
    let files = statistics.flatMap { number(of: "inactive_file", in: $0) } ?? 0
    return max(limit - (use - files), 0)
  }

  /// Returns the folder of the process's group in the unified hierarchy.
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

  /// Plausible numbers of bytes or KiB. Their sums and shifts cannot overflow.
  private static let bounds = 0...(1 << 50)
}
