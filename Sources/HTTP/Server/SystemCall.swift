import Glibc

/// System calls that a signal may interrupt.
enum SystemCall {
  /// Calls until no signal interrupts. Returns the call's result; a negative number means failure.
  static func retrying(_ call: () -> Int32) -> Int32 {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}
