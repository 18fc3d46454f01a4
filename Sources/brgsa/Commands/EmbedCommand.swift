import API
import Archives
import ArgumentParser
import CommandLineSupport
import Embeddings
import Files
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
        brgsa embed --keep-names --tag site=A archive/*.nii.gz

      A display name and tags are added to those that a volume has already.
      """)

  @Argument(help: ArgumentHelp(".nii or .nii.gz files.", valueName: "file"))
  var files: [String]

  @Flag(
    name: .long, help: "Print one JSON object for each volume, one per line, with the embedding")
  var json = false

  @Option(
    name: .long, help: ArgumentHelp("Display name of the volume, for one file", valueName: "text"))
  var name: String?

  @Flag(
    name: .long,
    help: "Use each file's name without its extension as the display name of its volume")
  var keepNames = false

  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp("Tag of all volumes; may be repeated", valueName: "name=value"))
  var tags: [String] = []

  @OptionGroup var options: ArchiveOptions

  func validate() throws {
    guard name == nil || (files.count == 1 && !keepNames) else {
      throw ValidationError("--name requires a single file, and no --keep-names")
    }
    if let name, !VolumeBody.isName(name) {
      throw ValidationError(
        "--name requires 1 to \(VolumeBody.nameLimit) bytes with a visible character and no control characters"
      )
    }
    _ = try newTags()
  }

  /// Reads the tags of the command line.
  private func newTags() throws -> [String: String] {
    try tags.reduce(into: [:]) { tags, text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, VolumeBody.isTag(parts[0], parts[1]) else {
        throw ValidationError("--tag requires name=value, such as site=A")
      }
      tags[parts[0]] = parts[1]
    }
  }

  func run() async throws {
    let (service, model, archive) = try await options.service()
    if !json { Console.note(model.notice) }
    defer { archive.store.close() }
    try await Console.forEach(files) { try await embed($0, service, model, archive) }
  }

  /// Adds the display name and the tags of the command line to a volume's metadata.
  private func label(_ id: String, _ file: String, _ archive: Archive) async throws {
    let tags = try newTags()
    let name = keepNames ? Self.displayName(ofFile: file) : name
    guard name != nil || !tags.isEmpty, let known = try await archive.record(ofVolume: id) else {
      return
    }
    var metadata = known.metadata
    metadata.name = name ?? metadata.name
    metadata.tags.merge(tags) { $1 }
    if metadata != known.metadata { _ = try await archive.set(metadata, ofVolume: id) }
  }

  /// Returns the name of a file without its folder and its extension; nil if it cannot be a display name.
  private static func displayName(ofFile file: String) -> String? {
    let name = FileSystem.name(of: file)
    let ending = [".nii.gz", ".nii", ".zip"].first { name.lowercased().hasSuffix($0) }
    let stem = String(name.dropLast(ending?.count ?? 0))
    return VolumeBody.isName(stem) ? stem : nil
  }

  private func embed(
    _ file: String, _ service: DiagnosisService, _ model: LoadedModel, _ archive: Archive
  ) async throws {
    let source = try InputFile(path: file).source()
    let progress = ProgressLine(label: "encoding")
    defer { progress.clear() }
    do {
      let (volume, _) = try await service.add(source, progress: { progress.show($0) })
      progress.clear()
      try await label(volume.id, file, archive)
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
