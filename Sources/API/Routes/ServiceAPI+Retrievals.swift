internal import Embeddings
internal import Encoders
internal import HTTP
internal import Inference
internal import Search
internal import StrictJSON

extension ServiceAPI {
  /// Searching what is kept, and the embeddings that it is searched with.
  var retrievalRoutes: [Route] {
    [
      Route(.post, "/v1/retrievals", scope: .read, body: .upload(jsonUpload)) { request in
        await answerInTime(request) { () async throws(Problem) in try await retrieve(request)
        }
      },
      Route(.post, "/v1/embeddings", scope: .infer, body: .upload(jsonUpload)) { request in
        await answerInTime(request) { () async throws(Problem) in try await embed(request) }
      },
    ]
  }

  private func retrieve(_ request: Request) async throws(Problem) -> Response {
    let wanted = try RetrievalBody.request(try json(of: request), template: template())
    let answer = try await Problem.from { () async throws(InferenceError) in
      try await service.retrieve(wanted)
    }
    return .json(
      RetrievalBody.json(answer, target: wanted.target, notice: try requireModel().notice))
  }

  private func template() throws(Problem) -> PromptTemplate { try requireModel().template }

  /// The model, or why there is none.
  func requireModel() throws(Problem) -> LoadedModel {
    try Problem.from { () throws(InferenceError) in try service.requireModel() }
  }

  private func embed(_ request: Request) async throws(Problem) -> Response {
    let model = try requireModel()
    let name = model.model.configuration.name
    let body = try EmbeddingsBody(try json(of: request), model: name)
    let found: [(embedding: Embedding, tokens: Int)]
    do throws(InferenceError) {
      found = try await service.embed(body.texts)
    } catch {
      throw Problem(error).pointing(at: body.pointers, ofAll: "/input")
    }
    return .json(body.json(found.map { ($0.embedding.values, $0.tokens) }, model: name))
  }
}
