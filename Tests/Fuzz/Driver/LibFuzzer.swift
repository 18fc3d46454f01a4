import Dispatch
import Glibc
import Synchronization

/// LLVM's own loop: it parses the arguments, mutates inputs and calls `test` with each.
///
/// Source: https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library".
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The name under which SwiftPM's linker flags expect this program's `main`.
///
/// A Swift `@main` would collide with the `main` in LLVM's archive, which is linked whole.
@_cdecl("brgsa_fuzz_main")
func main(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
  guard FuzzTarget.chosen != nil else {
    print("BRGSA_FUZZ_TARGET must be one of \(FuzzTarget.names)")
    return EX_USAGE
  }
  var (count, arguments) = (count, arguments)
  return runFuzzer(&count, &arguments) { LLVMFuzzerTestOneInput($0, $1) }
}

/// One input. LLVM's archive names this function, though ``runFuzzer`` is handed it as well.
///
/// Safety: the bytes belong to libFuzzer and are valid only during the call.
@_cdecl("LLVMFuzzerTestOneInput")
func LLVMFuzzerTestOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    try FuzzTarget.chosen?.runToItsEnd(bytes)
  } catch {
    // Only a trap tells libFuzzer to keep the input, and only this one speaks in optimised code.
    fatalError("\(error)")
  }
  return 0
}

extension FuzzTarget {
  /// The parser that the environment variable `BRGSA_FUZZ_TARGET` names.
  static let chosen = getenv("BRGSA_FUZZ_TARGET").flatMap {
    FuzzTarget(rawValue: String(cString: $0))
  }

  /// Waits for what works on other threads.
  func runToItsEnd(_ bytes: [UInt8]) throws(BrokenLaw) {
    guard self == .archive else { return try runAtOnce(bytes) }
    let end = Ending()
    Task.detached {
      do throws(BrokenLaw) {
        try await run(bytes)
      } catch {
        end.brokenLaw.withLock { $0 = error }
      }
      end.signal.signal()
    }
    end.signal.wait()
    if let brokenLaw = end.brokenLaw.withLock({ $0 }) { throw brokenLaw }
  }

  /// How work on another thread ends.
  private final class Ending: Sendable {
    let brokenLaw = Mutex<BrokenLaw?>(nil)
    let signal = DispatchSemaphore(value: 0)
  }

  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
