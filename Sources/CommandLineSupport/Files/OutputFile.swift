import ArgumentParser
import Files
import Glibc
import Volumes

/// A file that a command makes: it gets its name when all of it is on the disk.
final class OutputFile {
  private let path: String
  private let draft: AtomicFile

  /// - Throws: `ExitCode.cannotCreate`, after saying why.
  init(path: String, besides input: InputFile) throws {
    self.path = path
    guard !input.isAlso(path) else {
      Console.complain("\(path): is the input itself")
      throw ExitCode.cannotCreate
    }
    do throws(FileError) {
      draft = try AtomicFile(path, mode: 0o644)
    } catch {
      Console.complain("\(path): \(error)")
      throw ExitCode.cannotCreate
    }
  }

  /// Writes the file and puts it in its place. A file that cannot be written ends the program.
  func keep(_ write: (Int32) throws(VolumeError) -> Void) {
    do throws(VolumeError) {
      try write(draft.file.descriptor)
      try VolumeError.from(try draft.place())
    } catch {
      var reason = "cannot be written"
      if case .inputOutput(let code) = error { reason = FileError.words(for: code) }
      Console.complain("\(path): \(reason)")
      draft.removeDraft()
      _exit(ExitCode.outputError.rawValue)
    }
  }
}
