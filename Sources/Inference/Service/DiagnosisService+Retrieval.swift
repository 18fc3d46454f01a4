internal import Archives
public import Embeddings
internal import Encoders
internal import Search
internal import Storage
internal import Tensors

extension DiagnosisService {
  /// Returns the stored volumes or reports that are most similar to the query. The search is exact, not approximate.
  ///
  /// - Throws: ``InferenceError``.
  public func retrieve(
    _ request: RetrievalRequest
  ) async throws -> RetrievalAnswer {
    let model = try requireModel()
    let archive = try requireArchive()
    try check(request)
    var text: EncodedQuery?
    var query: SearchQuery
    switch request.query {
    case .text(let sentence):
      let (encoded, embedding) = try await encode(EncodedSentence(text: sentence))
      text = encoded
      query = SearchQuery(embedding)
    case .report(let report):
      let (encoded, embedding) = try await encode(try await sentence(of: report))
      text = encoded
      query = SearchQuery(embedding)
    case .volume(let id):
      let volume = try await encoded(.stored(id: id))
      // For reports, the query is this volume's search row, which gives its score against each report. For other
      // volumes, the query is this volume's embedding v, used like a text's embedding.
      query =
        request.target == .reports
        ? SearchQuery(vector: volume.searchRow, divisor: 1) : SearchQuery(volume.embedding.direct)
    case .embedding(let embedding):
      guard embedding.values.count == archive.space.components else {
        throw InferenceError.wrongComponents(
          wanted: archive.space.components, found: embedding.values.count)
      }
      query = SearchQuery(embedding)
    }
    query.filter = request.filter
    query.threshold = request.threshold
    query.offset = request.offset
    query.limit = request.topK
    let index = request.target == .volumes ? archive.volumes : archive.reports
    let asOf = await archive.refresh()
    let result = try await lightLane.run { [query] _, _ in
      var clock = Stopwatch()
      defer { Instruments.ended(.search, after: clock.lap()) }
      return index.snapshot.search(query, on: model.lightPool)
    }
    return RetrievalAnswer(result: result, text: text, asOf: asOf)
  }

  /// Encodes texts unchanged, for clients with their own search index. Returns the embedding t and the number of tokens
  /// of each text.
  ///
  /// - Throws: ``InferenceError``; ``InferenceError/promptEmpty(index:)`` for a text without words.
  public func embed(
    _ texts: [String]
  ) async throws -> [(embedding: Embedding, tokens: Int)] {
    let model = try requireModel()
    guard !texts.isEmpty else { throw InferenceError.promptsMissing }
    guard texts.count <= limits.prompts else {
      throw InferenceError.tooManyPrompts(limit: limits.prompts, actual: texts.count)
    }
    var tokens: [TokenizedText] = []
    for (index, text) in texts.enumerated() {
      guard text.utf8.count <= limits.reportBytes else {
        throw InferenceError.promptTooLong(
          index: index, limit: limits.reportBytes, actual: text.utf8.count)
      }
      var ids = model.model.tokenizer.tokenize(text)
      // The model drops sentences of one word, so a single word is put into the prompt template.
      if ids.isEmpty { ids = model.model.tokenizer.tokenize(model.template.sentence(for: text)) }
      guard !ids.isEmpty else { throw InferenceError.promptEmpty(index: index) }
      tokens.append(ids)
    }
    let embeddings = try await embeddings(of: tokens, remembers: false)
    return zip(embeddings, tokens).map { ($0.embedding.direct, $1.ids.count) }
  }

  /// Encodes a text. Returns a description of the encoded text, and its embedding.
  func encode(
    _ sentence: EncodedSentence
  ) async throws -> (EncodedQuery, Embedding) {
    let model = try requireModel()
    let bytes = sentence.text.utf8.count
    guard bytes <= limits.reportBytes else {
      throw InferenceError.reportTooLong(limit: limits.reportBytes, actual: bytes)
    }
    let tokens = model.model.tokenizer.tokenize(sentence.text)
    guard !tokens.isEmpty else { throw InferenceError.reportEmpty }
    let isPrompt = sentence.summarizer == nil
    guard let text = try await embeddings(of: [tokens], remembers: isPrompt).first else {
      throw InferenceError.nonFiniteResult
    }
    let query = EncodedQuery(
      text: sentence.text, tokens: tokens.ids.count, isTruncated: tokens.isTruncated,
      summarizer: sentence.summarizer, warnings: sentence.warnings)
    return (query, text.embedding.direct)
  }

  private func check(_ request: RetrievalRequest) throws {
    guard (1...limits.topK).contains(request.topK) else {
      throw InferenceError.resultsOutOfRange(limit: limits.topK)
    }
    guard (0...limits.offset).contains(request.offset) else {
      throw InferenceError.offsetOutOfRange(limit: limits.offset)
    }
    let conditions = request.filter.must.count + request.filter.mustNot.count
    guard conditions <= limits.conditions else {
      throw InferenceError.tooManyConditions(limit: limits.conditions, actual: conditions)
    }
  }
}

extension SearchQuery {
  /// Makes a query that multiplies each search row with x/|x|, where x is the embedding.
  init(_ embedding: Embedding) {
    self.init(vector: embedding.values, divisor: embedding.norm)
  }
}
