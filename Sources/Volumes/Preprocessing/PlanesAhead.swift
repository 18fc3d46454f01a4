import Glibc

/// Reads and inflates planes on one thread while another thread uses the previous planes.
///
/// Three buffers form a ring: one is being filled, one is full, and one is in use. The faster thread waits for the
/// slower one, so memory use does not depend on their speeds. A read error is thrown for the plane that could not be
/// read, after all earlier planes, as in sequential reading.
///
/// `@unchecked Sendable`: only the reading thread uses the stream. The reading thread owns a buffer until it
/// increments `filled`. Then the other thread owns the buffer until it increments `used`. Both counts, `verdict` and
/// `isAbandoned` are only accessed while `mutex` is held.
final class PlanesAhead: PlaneSource, @unchecked Sendable {
  private let stream: VoxelStream
  private let count: Int
  private let ring: [ScratchBuffer<UInt8>]
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Number of planes that the reading thread has filled so far.
  private var filled = 0
  /// Number of planes that the other thread has finished with.
  private var used = 0
  /// True while the other thread uses plane number `used`.
  private var isInUse = false
  /// The result of reading; nil until reading has ended.
  private var verdict: Result<Void, VolumeError>?
  private var isAbandoned = false

  /// With only two buffers, every short delay of one thread would block the other thread.
  private static let ringSize = 3

  init(_ stream: VoxelStream, count: Int, planeBytes: Int) {
    self.stream = stream
    self.count = count
    ring = (0..<Self.ringSize).map { _ in ScratchBuffer(count: planeBytes) }
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func next() throws(VolumeError) -> UnsafeMutableRawBufferPointer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if isInUse {
      used += 1
      isInUse = false
      pthread_cond_signal(changed)
    }
    while filled == used, verdict == nil { pthread_cond_wait(changed, mutex) }
    if filled == used { try verdict?.get() }
    isInUse = true
    return bytes(of: used)
  }

  func finish() throws(VolumeError) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while verdict == nil { pthread_cond_wait(changed, mutex) }
    try verdict?.get()
  }

  /// Stops the reading thread. Call this after the last use of a plane.
  func abandon() {
    pthread_mutex_lock(mutex)
    isAbandoned = true
    pthread_cond_signal(changed)
    pthread_mutex_unlock(mutex)
  }

  /// Reads all planes. Returns at the end of the file, after an error, or after ``abandon()``.
  func readAll() {
    let result = Result { () throws(VolumeError) in
      for plane in 0..<count {
        guard waitForRoom() else { throw .cancelled }
        try stream.read(into: bytes(of: plane))
        publish()
      }
      try stream.finish()
    }
    pthread_mutex_lock(mutex)
    verdict = result
    pthread_cond_signal(changed)
    pthread_mutex_unlock(mutex)
  }

  /// Waits until a buffer is free. Returns false after ``abandon()``.
  private func waitForRoom() -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while filled - used == ring.count, !isAbandoned { pthread_cond_wait(changed, mutex) }
    return !isAbandoned
  }

  private func publish() {
    pthread_mutex_lock(mutex)
    filled += 1
    pthread_cond_signal(changed)
    pthread_mutex_unlock(mutex)
  }

  private func bytes(of plane: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(ring[plane % ring.count].elements)
  }
}
