import Glibc

/// System calls that a signal may interrupt.
enum SystemCall {
  /// The result of a call that returns a negative number on failure, made again as long as a signal interrupts it.
  static func retrying(_ call: () -> Int32) -> Int32 {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}
