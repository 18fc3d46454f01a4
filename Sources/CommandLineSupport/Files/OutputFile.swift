internal import ArgumentParser
internal import Files
internal import Glibc
internal import Volumes

/// A file that a command creates. The file gets its name only after all of its bytes are on the disk.
package final class OutputFile {
  private let path: String
  private let draft: AtomicFile

  /// Creates the file under a temporary name.
  ///
  /// - Parameter input: The input file, which must not be overwritten.
  /// - Throws: `CommandFailure`.
  package init(path: String, besides input: InputFile) throws {
    self.path = path
    guard !input.isAlso(path) else {
      throw CommandFailure("\(path): is the input file", .cannotCreate)
    }
    do throws(FileError) {
      draft = try AtomicFile(path, mode: 0o644)
    } catch {
      throw CommandFailure("\(path): \(error)", .cannotCreate)
    }
  }

  /// Calls `write` with the descriptor of the file, and then gives the file its name. If this fails, the program
  /// exits.
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
