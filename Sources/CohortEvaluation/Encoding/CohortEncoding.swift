internal import API
internal import CommandLineSupport
internal import Embeddings
internal import Encoders
internal import Evaluation
internal import Inference

/// The embedding of a volume, and the volume's name in the table of labels.
struct EncodedStudy: Sendable {
  let name: String
  let embedding: BridgedEmbedding
}

/// Provides the embeddings of a cohort's volumes. Known embeddings are read from a file, and the others are computed.
struct CohortEncoding {
  let model: LoadedModel
  let file: EmbeddingFile

  /// Encodes the volumes whose embeddings are not in the file yet. Appends each embedding to the file as soon as it is
  /// computed.
  ///
  /// Prints a note for each volume that is refused, and skips the volume.
  ///
  /// - Returns: The embeddings of all volumes that were not refused, in the order of `volumes`.
  func encode(_ volumes: [VolumeFolder.Found]) async throws -> [EncodedStudy] {
    var embeddings = volumes.map { volume in
      file.values[volume.key].flatMap { model.model.bridged($0) }
    }
    let open = embeddings.indices.filter { embeddings[$0] == nil }
    announce(known: volumes.count - open.count)
    var progress = CountingProgress("volumes", total: open.count)
    progress.advance(to: 0)
    for await outcome in CohortRun(model: model).embeddings(of: open.map { volumes[$0].volume }) {
      let place = open[outcome.index]
      switch outcome.embedding {
      case .success(let embedding):
        try file.append(embedding.direct.values, for: volumes[place].key)
        embeddings[place] = embedding
      case .failure(let error):
        progress.clear()
        let problem = Problem(error)
        Console.note("\(volumes[place].path): \(problem.detail) (\(problem.type.rawValue))")
      }
      progress.advance(to: progress.done + 1)
    }
    progress.clear()
    if !open.isEmpty { Console.note(progress.summary) }
    return zip(volumes, embeddings).compactMap { volume, embedding in
      embedding.map { EncodedStudy(name: volume.name, embedding: $0) }
    }
  }

  private func announce(known: Int) {
    if file.unusable > 0 {
      Console.note(
        "\(file.path): \(file.unusable) damaged lines are ignored")
    }
    if known > 0 { Console.note("\(known) volumes are known from \(file.path)") }
  }
}

extension VolumeFolder.Found {
  /// The key of the volume in a file of embeddings.
  var key: EmbeddingFile.Key {
    EmbeddingFile.Key(
      name: StudyName.key(name), byteCount: byteCount, modified: modified)
  }
}
