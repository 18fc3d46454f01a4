internal import Archives
internal import Embeddings
internal import Encoders
internal import Search
internal import Storage
internal import Tensors

extension DiagnosisService {
  /// Smallest number of stored volumes for which percentiles are computed.
  static let percentileMinimum = 20

  /// Adds the percentile to each finding: the share of stored volumes that score lower on the same prompt.
  func withPercentiles(
    _ findings: [Finding], _ prompts: [AdmittedPrompt], _ texts: [EncodedText],
    _ volume: EncodedVolume
  ) async -> [Finding] {
    guard let archive, archive.volumeCount >= Self.percentileMinimum,
      let model = try? requireModel()
    else { return findings }
    var rest = texts[...]
    let queries = prompts.map { prompt in
      let own = rest.prefix(prompt.texts.count)
      rest = rest.dropFirst(prompt.allTexts.count)
      return ScoreQuery(tokens: prompt.texts.map(\.ids), texts: own.map(\.embedding.direct))
    }
    let row = volume.searchRow
    let shares = try? await lightLane.run { _, _ in
      queries.map {
        archive.columns.share(
          below: row, of: $0, archive.volumes.snapshot, isShared: archive.store.isFollowed,
          on: model.lightPool)
      }
    }
    guard let shares else { return findings }
    return findings.map { finding in
      var finding = finding
      finding.percentile = shares[finding.index]
      return finding
    }
  }
}
