internal import Embeddings
public import Inference
internal import Search
public import StrictJSON

/// A search as routes take and answer it.
public enum RetrievalBody {
  /// - Throws: ``Problem``, with a pointer to the member and never with its text.
  static func request(
    _ bytes: [UInt8], template: PromptTemplate
  ) throws(Problem) -> RetrievalRequest {
    let object = try RequestObject(
      parsing: bytes,
      members: ["query", "target", "top_k", "offset", "score_threshold", "filter"],
      nullable: ["score_threshold"])
    guard
      let query = try object.object(
        "query", members: ["report", "text", "volume_id", "embedding"])
    else {
      throw Problem.wrongKind(
        "/query", "an object with report, text, volume_id or embedding")
    }
    var request = RetrievalRequest(query: try self.query(query, template))
    if let name = try object.string("target") {
      guard let target = RetrievalTarget(rawValue: name) else {
        throw Problem.wrongKind("/target", "volumes or reports")
      }
      request.target = target
    }
    if let value = try object.integer("top_k") { request.topK = value }
    if let value = try object.integer("offset") { request.offset = value }
    request.threshold = try object.double("score_threshold")
    if let filter = try object.object("filter", members: ["must", "must_not"]) {
      request.filter = SearchFilter(
        must: try conditions("must", filter), mustNot: try conditions("must_not", filter))
    }
    return request
  }

  /// What was found, as the route and `brgsa retrieve --json` answer it.
  ///
  /// - Parameter notice: What every answer says.
  public static func json(
    _ answer: RetrievalAnswer, target: RetrievalTarget, notice: String
  ) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("results", .array(answer.result.hits.map { hit($0, target) })),
      ("searched", .integer(answer.result.searched)), ("exact", true),
    ]
    if let text = answer.text { members.append(("query", query(text))) }
    members.append(("notice", .string(notice)))
    return .object(JSONObject(members))
  }

  /// What was encoded.
  static func query(_ text: EncodedQuery) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("encoded_text", .string(text.text)), ("tokens", .integer(text.tokens)),
      ("truncated", .bool(text.isTruncated)),
      ("summarizer", .optional(text.summarizer, JSON.string)),
    ]
    if !text.warnings.isEmpty {
      members.append(("warnings", .array(text.warnings.map { .string($0.rawValue) })))
    }
    return .object(JSONObject(members))
  }

  private static func query(
    _ object: RequestObject, _ template: PromptTemplate
  ) throws(Problem) -> RetrievalQuery {
    let text = try object.string("text")
    let report = try object.string("report")
    let id = try object.string("volume_id")
    let numbers = try object.array("embedding")
    switch (text, report, id, numbers) {
    case (let text?, nil, nil, nil): return .text(template.sentence(for: text))
    case (nil, let report?, nil, nil): return .report(report)
    case (nil, nil, let id?, nil): return .volume(id: id)
    case (nil, nil, nil, let numbers?): return .embedding(try embedding(numbers))
    default:
      throw Problem.wrongKind(
        object.pointer, "exactly one of report, text, volume_id and embedding")
    }
  }

  private static func embedding(_ numbers: [JSON]) throws(Problem) -> Embedding {
    let values = numbers.compactMap { value in
      if case .number(let number) = value { number.double.map { Float($0) } } else { nil }
    }
    guard values.count == numbers.count, let embedding = Embedding(values) else {
      throw Problem.wrongKind("/query/embedding", "finite numbers, not all zero")
    }
    return embedding
  }

  private static func conditions(
    _ name: String, _ filter: RequestObject
  ) throws(Problem) -> [SearchEntry.Attribute] {
    var conditions: [SearchEntry.Attribute] = []
    for (index, value) in (try filter.array(name) ?? []).enumerated() {
      let pointer = "\(filter.place(of: name))/\(index)"
      let object = try RequestObject(value, at: pointer, members: ["key", "match"])
      guard let key = try object.string("key"), let match = try object.string("match"), isKey(key)
      else {
        throw Problem.wrongKind(
          pointer,
          "an object with match and a key: tags.NAME, accession, study_uid or series_uid")
      }
      conditions.append(SearchEntry.Attribute(key: key, value: match))
    }
    return conditions
  }

  /// Whether conditions can be put on `key`.
  public static func isKey(_ key: String) -> Bool {
    ["accession", "study_uid", "series_uid"].contains(key)
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
    var members: [(key: String, value: JSON)] = []
    for attribute in entry.attributes {
      if attribute.key.hasPrefix("tags.") {
        tags[String(attribute.key.dropFirst(5))] = attribute.value
      } else {
        members.append((attribute.key, .string(attribute.value)))
      }
    }
    if !tags.isEmpty { members.insert(("tags", VolumeBody.tags(tags)), at: 0) }
    return .object(JSONObject(members))
  }
}
