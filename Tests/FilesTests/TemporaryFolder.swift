import Files
import Glibc

/// A folder that goes with the object, with the files in it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/brgsa-files-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError.last }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    for name in (try? FileSystem.names(in: path)) ?? [] where unlink("\(path)/\(name)") != 0 {
      rmdir("\(path)/\(name)")
    }
    rmdir(path)
  }
}

/// A thread that is waited for.
struct Thread {
  private var thread = pthread_t()

  init(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(body))
    pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, box.toOpaque())
  }

  func join() { pthread_join(thread, nil) }

  private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
