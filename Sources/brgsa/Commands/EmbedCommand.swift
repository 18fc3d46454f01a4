import API
import Archives
import ArgumentParser
import CommandLineSupport
import Embeddings
import Inference
import Storage
import StrictJSON

/// The command `brgsa embed FILE…`.
struct EmbedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Encode CT volumes and store their embeddings for searches",
    discussion: """
      A file that is already stored is not encoded again. So if the command was stopped, run it again to \
      continue. It prints one line for each volume: the id, “encoded” or “known”, and the file.

        brgsa embed archive/*.nii.gz
        brgsa embed --json ct.nii.gz
      """)

  @Argument(help: ArgumentHelp(".nii or .nii.gz files.", valueName: "file"))
  var files: [String]

  @Flag(
    name: .long, help: "Print one JSON object for each volume, one per line, with the embedding")
  var json = false

  @OptionGroup var options: ArchiveOptions

  func run() async throws {
    let (service, model, archive) = try await options.service()
    if !json { Console.note(model.notice) }
    defer { archive.store.close() }
    try await Console.forEach(files) { try await embed($0, service, model) }
  }

  private func embed(
    _ file: String, _ service: DiagnosisService, _ model: LoadedModel
  ) async throws {
    let source = try InputFile(path: file).source()
    let progress = ProgressLine(label: "encoding")
    defer { progress.clear() }
    do {
      let (volume, _) = try await service.add(source, progress: { progress.show($0) })
      progress.clear()
      let origin = volume.origin == .encoded ? "encoded" : "known"
      guard json else { return Console.print("\(volume.id)\t\(origin)\t\(file)") }
      let body: JSON = [
        "file": .string(file), "volume_id": .string(volume.id), "origin": .string(origin),
        "embedding": .array(volume.embedding.direct.values.map(JSON.float)),
        "warnings": .array(volume.description.warnings.map(DiagnosisBody.warning)),
        "notice": .string(model.notice),
      ]
      Console.write(body.bytes + [UInt8(ascii: "\n")])
    } catch {
      progress.clear()
      throw CommandFailure(error, about: file)
    }
  }
}
