internal import Archives
internal import Calibrations
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// The lists of findings, built in and the site's own.
  var promptSetRoutes: [Route] {
    let path = "/v1/prompt-sets/{name}"
    return [
      Route(.get, "/v1/prompt-sets", scope: .read) { _ in
        .json(["prompt_sets": .array(promptSets)])
      },
      Route(.get, path, scope: .read) { request in
        await answer(request) { () async throws(Problem) in
          .json(try promptSet(named: request.head.pathParameters["name"] ?? ""))
        }
      },
      Route(.put, path, scope: .write, body: .upload(jsonUpload)) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await putPromptSet(request, archive)
        }
      },
      Route(.delete, path, scope: .write) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          let name = try Self.siteSetName(request.head)
          let isGone = try await Problem.from { () async throws(StoreError) in
            try await archive.deletePromptSet(name)
          }
          guard isGone else { throw Self.noSuchSet }
          return Response(status: 204)
        }
      },
    ]
  }

  /// All sets without their prompts: first those that need no set-up.
  var promptSets: [JSON] {
    let sets = PromptSet.builtIn.map(Self.json) + (service.archive?.siteSets ?? []).map(Self.json)
    return sets.map { set in
      guard let members = set.object?.members, let prompts = set["prompts"]?.array else {
        return set
      }
      return .members(
        members.filter { $0.key != "prompts" } + [("prompt_count", .integer(prompts.count))])
    }
  }

  private func promptSet(named name: String) throws(Problem) -> JSON {
    if let set = PromptSet.named(name) { return Self.json(set) }
    guard let set = service.archive?.promptSet(name) else { throw Self.noSuchSet }
    return Self.json(set)
  }

  private func putPromptSet(
    _ request: Request, _ archive: Archive
  ) async throws(Problem) -> Response {
    let name = try Self.siteSetName(request.head)
    let document = try json(of: request)
    // What is kept can be used: each prompt is checked as a request's would be.
    let prompts = try promptReading().prompts(inSet: document)
    try await Problem.from { () throws(InferenceError) in
      try service.requireAdmissible(prompts, topK: nil)
    }
    let isNew = archive.promptSet(name) == nil
    let kept = try await Problem.from { () async throws(StoreError) in
      try await archive.putPromptSet(name, document: document, at: Timestamp.seconds())
    }
    guard let kept else {
      throw Problem(InferenceError.tooManyPromptSets(limit: Archive.promptSetLimit))
    }
    var response = Response.json(Self.json(kept), status: isNew ? 201 : 200)
    response.headers.set("Location", "/v1/prompt-sets/\(name)")
    return response
  }

  private static func siteSetName(_ head: RequestHead) throws(Problem) -> String {
    let name = head.pathParameters["name"] ?? ""
    guard Calibration.isName(name) else {
      throw Problem.wrongKind("/name", "1 to 64 letters a–z, digits and hyphens")
    }
    guard PromptSet.named(name) == nil else {
      throw Problem(.conflict, "A built-in prompt set has this name and does not change.")
    }
    return name
  }

  private static let noSuchSet = Problem(
    .notFound, "No prompt set has this name.", hint: "GET /v1/prompt-sets lists them.")

  private static func json(_ set: PromptSet) -> JSON {
    [
      "name": .string(set.name), "version": 1, "source": "built-in",
      "prompts": .array(set.terms.map(JSON.string)),
    ]
  }

  private static func json(_ set: PromptSetRecord) -> JSON {
    [
      "name": .string(set.name), "version": .integer(set.version), "source": "site",
      "created_at": .string(Timestamp.rfc3339(secondsSince1970: set.createdAt)),
      "prompts": (try? JSON(parsing: set.document))?["prompts"] ?? [],
    ]
  }
}
