internal import ArgumentParser
internal import Files
internal import Glibc
internal import Volumes

/// A file that a command makes: it gets its name when all of it is on the disk.
package final class OutputFile {
  private let path: String
  private let draft: AtomicFile

  /// - Throws: `CommandFailure`.
  package init(path: String, besides input: InputFile) throws {
    self.path = path
    guard !input.isAlso(path) else {
      throw CommandFailure("\(path): is the input itself", .cannotCreate)
    }
    do throws(FileError) {
      draft = try AtomicFile(path, mode: 0o644)
    } catch {
      throw CommandFailure("\(path): \(error)", .cannotCreate)
    }
  }

  /// Writes the file and puts it in its place. A file that cannot be written ends the program.
  package func keep(_ write: (Int32) throws -> Void) {
    do {
      try write(draft.file.descriptor)
      try VolumeError.from(try draft.place())
    } catch {
      var reason = "cannot be written"
      if case VolumeError.inputOutput(let code) = error { reason = FileError.words(for: code) }
      Console.note("\(path): \(reason)")
      draft.removeDraft()
      _exit(ExitCode.outputError.rawValue)
    }
  }
}
