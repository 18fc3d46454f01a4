import ArgumentParser
import Glibc
import Volumes

/// A file that a command makes: written beside its place and put there when it is whole.
final class OutputFile {
  private let path: String
  private let draft: String
  private let descriptor: Int32
  private var isKept = false

  /// - Throws: `ExitCode.cannotCreate`, after saying why.
  init(path: String, besides input: InputFile) throws {
    self.path = path
    draft = "\(path).\(getpid()).part"
    guard !input.isAlso(path) else {
      Console.complain("\(path): is the input itself")
      throw ExitCode.cannotCreate
    }
    let draft = draft
    descriptor = SystemCall.retrying {
      open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else {
      Console.complain("\(path): \(String(cString: strerror(errno)))")
      throw ExitCode.cannotCreate
    }
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(draft) }
  }

  /// Writes the file and puts it in its place; a file that cannot be written ends the program.
  func keep(_ write: (Int32) throws(VolumeError) -> Void) {
    do throws(VolumeError) {
      try write(descriptor)
      // On the disk before it has its name, and its name before the program says that it is done.
      guard SystemCall.retrying({ fsync(descriptor) }) == 0,
        SystemCall.retrying({ rename(draft, path) }) == 0
      else { throw .inputOutput(errno: errno) }
      isKept = true
      let code = SystemCall.synchronizeFolder(of: path)
      guard code == 0 else { throw .inputOutput(errno: code) }
    } catch {
      var reason = "cannot be written"
      if case .inputOutput(let code) = error { reason = String(cString: strerror(code)) }
      Console.complain("\(path): \(reason)")
      unlink(draft)
      _exit(ExitCode.outputError.rawValue)
    }
  }
}
