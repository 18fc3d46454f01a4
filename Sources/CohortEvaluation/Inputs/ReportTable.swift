internal import API
internal import Calibrations
internal import CommandLineSupport
internal import Embeddings
internal import Evaluation
internal import Inference

/// A table of reports, with the column `VolumeName` and a column that contains the texts.
struct ReportTable {
  private let path: String
  /// The text of each report. Keys are volume names converted by ``StudyName/key(_:)``.
  private let texts: [String: String]
  /// True if reports are reduced to their abnormal findings before they are encoded.
  private let isSummarized: Bool

  /// The columns that are tried if the user names none. The first column has the shortest texts, which are closest to
  /// the texts that the models were trained on.
  private static let columns = ["Summary", "Impressions_EN", "Findings_EN"]

  /// - Throws: `CommandFailure`.
  init(path: String, column: String?, isSummarized: Bool) throws {
    let table = try EvaluationFiles.table(path)
    let candidates = column.map { [$0] } ?? Self.columns
    guard let study = table.header.firstIndex(of: "VolumeName") else {
      throw CommandFailure("\(path): line 1: the column VolumeName is missing", .dataError)
    }
    guard let text = candidates.lazy.compactMap({ table.header.firstIndex(of: $0) }).first else {
      throw CommandFailure(
        "\(path): line 1: no column is called \(candidates.joined(separator: " or ")); name one with --report-column",
        .dataError)
    }
    var texts: [String: String] = [:]
    for row in table.rows {
      guard texts.updateValue(row.fields[text], forKey: StudyName.key(row.fields[study])) == nil
      else {
        throw CommandFailure(
          "\(path): line \(row.line): \(row.fields[study]) occurs twice", .dataError)
      }
    }
    self.path = path
    self.texts = texts
    self.isSummarized = isSummarized
  }

  /// Returns the rank of each report's own volume among the first `gallery` volumes; nil if no usable report belongs to
  /// these volumes.
  func ranks(
    _ volumes: [EncodedStudy], gallery: Int?, model: LoadedModel
  ) async throws -> RetrievalRanks? {
    let gallery = Array(volumes.prefix(gallery ?? volumes.count))
    let places = gallery.indices.filter { texts[StudyName.key(gallery[$0].name)] != nil }
    let rows = try await scores(
      places.map { texts[StudyName.key(gallery[$0].name)] ?? "" }, gallery.map(\.embedding), model)
    complain(gallery.count - places.count, "of \(gallery.count) volumes have no report")
    complain(rows.count { $0 == nil }, "reports have no words for the model")
    var ranks: [Int] = []
    var studies: [String] = []
    for (place, row) in zip(places, rows) {
      guard let row else { continue }
      do throws(EvaluationError) {
        ranks.append(try RetrievalRanks.rank(of: place, in: row.map(Double.init)))
        studies.append(gallery[place].name)
      } catch {
        throw CommandFailure("\(path): \(error)", .software)
      }
    }
    guard !ranks.isEmpty else {
      Console.note("\(path): no volume has a report, so retrieval is skipped")
      return nil
    }
    return try RetrievalRanks(ranks: ranks, gallery: gallery.count, studies: studies)
  }

  private func scores(
    _ reports: [String], _ volumes: [BridgedEmbedding], _ model: LoadedModel
  ) async throws -> [[Float]?] {
    do {
      let encoded = try await CohortReports(reports, isSummarized: isSummarized, model: model)
      complain(
        encoded.truncated,
        "of \(reports.count) reports are too long for the model and were cut off")
      return try await encoded.scores(against: volumes)
    } catch {
      throw CommandFailure("\(path): \(Problem(error).detail)", .software)
    }
  }

  private func complain(_ count: Int, _ words: String) {
    if count > 0 { Console.note("\(path): \(count) \(words)") }
  }
}
