internal import CommandLineSupport
internal import Encoders
internal import Files
internal import Glibc
internal import StrictJSON
internal import Tensors

/// A file of embeddings that an evaluation has computed so far. Lines are only ever appended.
///
/// Each line is a JSON object. The first line names the format and the model. Every other line contains the embedding
/// of one volume, which is identified by its name and by the size and modification time of its file.
///
/// A process that is killed may leave an incomplete last line. It is removed when the file is next opened. The file's
/// name contains the start of the model's SHA-256, so each model has its own file. The embeddings do not depend on
/// prompts.
final class EmbeddingFile {
  /// Identifies a volume and the version of its file.
  struct Key: Hashable {
    let name: String
    let byteCount: Int
    let modified: Int
  }

  /// The embeddings that the file contained when it was opened.
  private(set) var values: [Key: [Float]] = [:]
  /// The number of damaged or incomplete lines that the file contained when it was opened.
  private(set) var unusable = 0
  let path: String

  private let file: OpenFile
  private let components: Int

  private static let format = "brgsa-embeddings/1"

  /// Opens the file for `model` in `folder`, or creates it, and locks it against writing by other processes.
  ///
  /// - Throws: `CommandFailure`.
  init(folder: String, model: Model) throws {
    components = model.configuration.embedding
    let suffix = model.kernels.compute == .f32 ? "" : "-\(model.kernels.compute.rawValue)"
    path = "\(folder)/embeddings-\(model.fingerprint.prefix(16))\(suffix).jsonl"
    do throws(FileError) {
      file = try OpenFile(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o644)
    } catch {
      throw CommandFailure("\(path): \(error)", .cannotCreate)
    }
    guard (try? file.lock()) != nil else {
      throw CommandFailure("\(path): another evaluation is writing it", .cannotCreate)
    }
    try read(header: Self.header(of: model))
  }

  /// Appends the embedding of a volume.
  ///
  /// - Throws: `CommandFailure`.
  func append(_ values: [Float], for key: Key) throws {
    try append([
      "volume": .string(key.name), "bytes": .integer(key.byteCount),
      "modified_ns": .integer(key.modified), "embedding": .array(values.map(JSON.float)),
    ])
  }

  private static func header(of model: Model) -> JSON {
    [
      "format": .string(format), "model": .string(model.configuration.name),
      "model_sha256": .string(model.fingerprint),
      "compute": model.kernels.compute == .f32 ? nil : .string(model.kernels.compute.rawValue),
    ]
  }

  private func read(header: JSON) throws {
    let bytes = try complaining(try file.region().bytes())
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if whole < bytes.count {
      unusable += 1
      try complaining(try file.truncate(to: whole))
    }
    var lines = bytes[..<whole].split(separator: UInt8(ascii: "\n"))[...]
    guard let first = lines.popFirst() else { return try append(header) }
    guard first.elementsEqual(header.bytes) else {
      throw CommandFailure(
        "\(path): its first line does not name this model; move the file away", .dataError)
    }
    for line in lines {
      guard let (key, embedding) = entry(in: line) else {
        unusable += 1
        continue
      }
      values[key] = embedding
    }
  }

  private func entry(in line: ArraySlice<UInt8>) -> (Key, [Float])? {
    guard let entry = try? JSON(parsing: Array(line)), let name = entry["volume"]?.text,
      let byteCount = entry["bytes"]?.integer(),
      let time = entry["modified_ns"]?.integer(in: .min ... .max),
      let values = entry["embedding"]?.all(\.float), values.count == components
    else { return nil }
    return (Key(name: name, byteCount: byteCount, modified: time), values)
  }

  private func append(_ line: JSON) throws {
    try complaining(try file.write(line.bytes + [UInt8(ascii: "\n")]))
  }

  private func complaining<Result>(
    _ call: @autoclosure () throws(FileError) -> Result
  ) throws -> Result {
    do throws(FileError) {
      return try call()
    } catch {
      throw CommandFailure("\(path): \(error)", .outputError)
    }
  }
}
