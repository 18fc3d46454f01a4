internal import CKernels
internal import Glibc

/// A thread of the operating system. Unlike Swift's cooperative threads, it may block or compute for a long time.
///
/// Exactly one of ``join()`` and ``detach()`` must be called, once.
struct SystemThread {
  private let handle: pthread_t

  /// Stack size in bytes. It is small, because kernels and zlib have their scratch memory on the heap.
  private static let stackBytes = 1 << 20

  /// Starts a thread that runs `body`; nil if the system cannot start another thread.
  ///
  /// The thread treats denormal numbers as zero.
  ///
  /// - Parameter name: The name of the thread in `top -H` and `/proc`: at most 15 bytes.
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

  /// Allows the thread to end without ``join()``.
  func detach() { pthread_detach(handle) }

  /// The arguments that a new thread receives.
  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
