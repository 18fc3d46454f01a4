internal import CKernels
internal import Glibc

/// A thread of the operating system. Unlike Swift's cooperative threads it may block and compute
/// for long.
///
/// Call either ``join()`` or ``detach()``, once.
struct SystemThread {
  private let handle: pthread_t

  /// Kernels and zlib keep their scratch on the heap.
  private static let stackBytes = 1 << 20

  /// Starts `body` with denormals flushed; nil when the system allows no further thread.
  ///
  /// - Parameter name: Its name in `top -H` and `/proc`, at most 15 bytes.
  init?(name: String, _ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, Self.stackBytes)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        brgsa_flush_denormals()
        brgsa_name_thread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    pthread_attr_destroy(&attributes)
    guard status == 0 else {
      start.release()
      return nil
    }
    handle = thread
  }

  /// Waits until the thread has ended.
  func join() { pthread_join(handle, nil) }

  /// Lets the thread end by itself.
  func detach() { pthread_detach(handle) }

  /// The arguments of a new thread.
  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
