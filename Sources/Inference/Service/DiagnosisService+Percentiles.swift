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
    let queries = prompts.map { prompt -> ScoreQuery? in
      let own = rest.prefix(prompt.texts.count).map(\.embedding.direct)
      let negative = prompt.negative == nil ? nil : rest.dropFirst(own.count).first
      rest = rest.dropFirst(prompt.allTexts.count)
      return model.scorer.directions(own, negative: negative?.embedding.direct).map {
        // Different texts may deny the same finding, so they belong to the key of a pair.
        ScoreQuery(
          tokens: (model.scorer.needsNegative ? prompt.allTexts : prompt.texts).map(\.ids),
          texts: $0)
      }
    }
    let row = volume.searchRow
    let shares = try? await lightLane.run { _, _ in
      queries.map { query in
        query.flatMap {
          archive.columns.share(
            below: row, of: $0, archive.volumes.snapshot, isShared: archive.store.isFollowed,
            on: model.lightPool)
        }
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
