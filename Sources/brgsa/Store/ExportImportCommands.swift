import Archives
import ArgumentParser
import CommandLineSupport
import Files
import Glibc
import Inference
import Storage

/// The command `brgsa db export DIR`.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Export the model's embeddings into a new folder, for another machine",
    discussion: """
      volumes.jsonl has one line for each volume (identity, geometry, metadata). embeddings.safetensors \
      contains the volumes' embeddings in the same order: 'embeddings' [N, C] and 'search_rows' [N, C]. If \
      patch embeddings are stored (--persist full), patches.safetensors contains them: 6.3 MB a volume at \
      the published size. 'patches' of a volume's line is their place in it. If files of volumes are \
      stored (--persist source), the folder sources contains them. Voxels, reports and diagnoses are not \
      exported.
      """)

  @Argument(help: "The folder to create")
  var folder: String

  @OptionGroup var options: ArchiveOptions

  func run() async throws {
    let (_, _, archive) = try await options.service()
    do throws(ArchiveFileError) {
      let count = try await archive.export(to: folder)
      Console.print("\(count) volumes")
    } catch {
      throw CommandFailure(error, folder)
    }
    archive.store.close()
  }
}

/// The command `brgsa db import DIR`.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import embeddings that another machine exported with the same model",
    discussion: "Known volumes retain their metadata. The same import may be repeated.")

  @Argument(help: "A folder made by brgsa db export")
  var folder: String

  @OptionGroup var options: ArchiveOptions

  func run() async throws {
    let (_, _, archive) = try await options.service()
    do throws(ArchiveFileError) {
      let (all, new) = try await archive.importArchive(from: folder)
      Console.print("\(all) volumes, \(new) of them new")
    } catch {
      throw CommandFailure(error, folder)
    }
    archive.store.close()
  }
}

extension CommandFailure {
  /// Makes the failure for an archive folder that cannot be written or read.
  fileprivate init(_ error: ArchiveFileError, _ folder: String) {
    switch error {
    case .file(let name, let code):
      self.init(
        "\(folder): \(name): \(FileError.words(for: code))",
        code == ENOENT ? .noInput : .cannotCreate)
    case .malformed(let name, let line, let reason):
      let place = line.map { ", line \($0)" } ?? ""
      self.init("\(folder): \(name)\(place) \(reason)", .dataError)
    case .otherModel:
      self.init(
        "\(folder): was made with another model or recipe, so its embeddings are not comparable",
        .dataError)
    case .store(let error): self.init("store: \(error.message)", .unavailable)
    }
  }
}
