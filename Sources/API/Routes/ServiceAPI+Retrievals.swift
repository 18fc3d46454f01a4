internal import Embeddings
internal import Encoders
internal import HTTP
internal import Inference
internal import StrictJSON

extension ServiceAPI {
  /// The routes that search stored data and that embed texts.
  var retrievalRoutes: [Route] {
    [
      route(.post, "/v1/retrievals", .read, body: jsonUpload, isTimed: true, retrieve),
      route(.post, "/v1/embeddings", .infer, body: jsonUpload, isTimed: true, embed),
    ]
  }

  private func retrieve(_ call: Call) async throws -> Response {
    let model = try service.requireModel()
    let wanted = try RetrievalBody.request(json(of: call.request), template: model.template)
    let answer = try await service.retrieve(wanted)
    return .json(RetrievalBody.json(answer, target: wanted.target, notice: model.notice))
  }

  private func embed(_ call: Call) async throws -> Response {
    let model = try service.requireModel()
    let name = model.model.configuration.name
    let body = try EmbeddingsBody(json(of: call.request), model: name)
    do {
      let found = try await service.embed(body.texts)
      return .json(body.json(found.map { ($0.embedding.values, $0.tokens) }, model: name))
    } catch {
      throw Problem(error).pointing(at: body.pointers, ofAll: "/input")
    }
  }
}
