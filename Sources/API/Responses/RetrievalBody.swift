internal import Embeddings
internal import Formats
public import Inference
internal import Search
public import StrictJSON

/// The request and response bodies of searches.
public enum RetrievalBody {
  /// - Throws: ``Problem``. It points to the invalid member, but does not repeat its text.
  static func request(
    _ bytes: [UInt8], template: PromptTemplate
  ) throws(Problem) -> RetrievalRequest {
    let object = try RequestReader(parsing: bytes).object(
      optional: ["query", "target", "top_k", "offset", "score_threshold", "filter"],
      nullable: ["score_threshold"])
    guard
      let query = try object["query"]?.object(
        optional: ["report", "text", "volume_id", "embedding"])
    else {
      throw Problem.wrongKind("/query", "an object with report, text, volume_id or embedding")
    }
    var request = RetrievalRequest(query: try self.query(query, template))
    if let name = try object["target"]?.text() {
      guard let target = RetrievalTarget(rawValue: name) else {
        throw Problem.wrongKind("/target", "volumes or reports")
      }
      request.target = target
    }
    if let value = try object["top_k"]?.integer() { request.topK = value }
    if let value = try object["offset"]?.integer() { request.offset = value }
    request.threshold = try object["score_threshold"]?.number()
    if let filter = try object["filter"]?.object(optional: ["must", "must_not"]) {
      request.filter = SearchFilter(
        must: try conditions(filter["must"]), mustNot: try conditions(filter["must_not"]))
    }
    return request
  }

  /// Makes the body of the route's response, which `brgsa retrieve --json` also prints.
  ///
  /// - Parameter notice: The model's notice, which every response contains.
  public static func json(
    _ answer: RetrievalAnswer, target: RetrievalTarget, notice: String
  ) -> JSON {
    [
      "results": .array(answer.result.hits.map { hit($0, target) }),
      "searched": .integer(answer.result.searched), "exact": true,
      "as_of": answer.asOf.map { .string(Timestamp.rfc3339(secondsSince1970: $0)) },
      "query": answer.text.map(query), "notice": .string(notice),
    ]
  }

  /// Describes how the text of a query was encoded.
  static func query(_ text: EncodedQuery) -> JSON {
    [
      "encoded_text": .string(text.text), "tokens": .integer(text.tokens),
      "truncated": .bool(text.isTruncated),
      "summarizer": .optional(text.summarizer, JSON.string),
      "warnings": text.warnings.isEmpty
        ? nil : .array(text.warnings.map { .string($0.rawValue) }),
    ]
  }

  private static func query(
    _ object: RequestReader, _ template: PromptTemplate
  ) throws(Problem) -> RetrievalQuery {
    let text = try object["text"]?.text()
    let report = try object["report"]?.text()
    let id = try object["volume_id"]?.text()
    let numbers = try object["embedding"]?.value("a list", \.array)
    switch (text, report, id, numbers) {
    case (let text?, nil, nil, nil): return .text(template.sentence(for: text))
    case (nil, let report?, nil, nil): return .report(report)
    case (nil, nil, let id?, nil): return .volume(id: id)
    case (nil, nil, nil, let numbers?): return .embedding(try embedding(numbers))
    default: throw object.unfit("exactly one of report, text, volume_id and embedding")
    }
  }

  private static func embedding(_ numbers: [JSON]) throws(Problem) -> Embedding {
    let values = numbers.compactMap { $0.number.map { Float($0) } }
    guard values.count == numbers.count, let embedding = Embedding(values) else {
      throw Problem.wrongKind("/query/embedding", "finite numbers, not all zero")
    }
    return embedding
  }

  private static func conditions(
    _ list: RequestReader?
  ) throws(Problem) -> [SearchEntry.Attribute] {
    try (list?.elements() ?? []).map { (element) throws(Problem) in
      let object = try element.object(optional: ["key", "match"])
      guard let key = try object["key"]?.text(), let match = try object["match"]?.text(),
        isKey(key)
      else {
        throw object.unfit(
          "an object with match and a key: name, tags.NAME, accession, study_uid or series_uid")
      }
      return SearchEntry.Attribute(key: key, value: match)
    }
  }

  /// Returns true if filters may have conditions on `key`.
  public static func isKey(_ key: String) -> Bool {
    ["name", "accession", "study_uid", "series_uid"].contains(key)
      || (key.hasPrefix("tags.") && VolumeBody.isTagName(String(key.dropFirst(5))))
  }

  private static func hit(_ hit: SearchHit, _ target: RetrievalTarget) -> JSON {
    [
      "rank": .integer(hit.rank),
      target == .volumes ? "volume_id" : "report_id": .string(hit.entry.id),
      "score": .float(Float(hit.score)), "metadata": metadata(hit.entry),
    ]
  }

  private static func metadata(_ entry: SearchEntry) -> JSON {
    var tags: [String: String] = [:]
    var others = JSONObject()
    for attribute in entry.attributes {
      if attribute.key.hasPrefix("tags.") {
        tags[String(attribute.key.dropFirst(5))] = attribute.value
      } else {
        others = others + [attribute.key: .string(attribute.value)]
      }
    }
    return .object(["tags": tags.isEmpty ? nil : VolumeBody.tags(tags)] + others)
  }
}
