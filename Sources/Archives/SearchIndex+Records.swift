internal import Embeddings
package import Search
package import Storage

extension SearchEntry {
  /// Makes the entry of a volume, with the attributes for filters: `name`, `tags.NAME`, `accession`, `study_uid` and
  /// `series_uid`.
  package init(id: String, _ metadata: VolumeMetadata) {
    let named = [
      ("name", metadata.name), ("accession", metadata.accession), ("study_uid", metadata.studyUID),
      ("series_uid", metadata.seriesUID),
    ]
    self.init(
      id: id,
      attributes: named.compactMap { key, value in value.map { Attribute(key: key, value: $0) } }
        + metadata.tags.map { Attribute(key: "tags.\($0.key)", value: $0.value) })
  }
}

extension SearchIndex {
  /// Adds the row of a report: t/|t|, where t is the embedding of its text.
  func put(_ report: ReportRecord) {
    guard let embedding = Embedding(report.values) else { return }
    let row = embedding.values.map { Float(Double($0) / embedding.norm) }
    let tags = report.tags.map { SearchEntry.Attribute(key: "tags.\($0.key)", value: $0.value) }
    row.withUnsafeBufferPointer { put(SearchEntry(id: report.id, attributes: tags), row: $0) }
  }
}
