internal import Archives
internal import Calibrations
internal import Encoders
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  var promptSetRoutes: [Route] {
    let path = "/v1/prompt-sets/{name}"
    return [
      route(.get, "/v1/prompt-sets", .read) { _ in
        await service.refresh()
        return .json(["prompt_sets": .array(promptSets)])
      },
      route(.get, path, .read) { call in
        await service.refresh()
        return .json(try promptSet(named: call.parameter("name")))
      },
      route(.put, path, .write, body: jsonUpload, putPromptSet),
      route(.delete, path, .write, deletePromptSet),
    ]
  }

  /// All prompt sets with the number of their prompts. Built-in sets come first.
  var promptSets: [JSON] {
    let sets = builtInSets.map(Self.json) + (service.archive?.siteSets ?? []).map(Self.json)
    return sets.map { set in
      guard let members = set.object?.members, let prompts = set["prompts"]?.array else {
        return set
      }
      return .members(
        members.filter { $0.key != "prompts" } + [("prompt_count", .integer(prompts.count))])
    }
  }

  /// The sets of the service and of the model. The sets of the model are missing until it is ready.
  private var builtInSets: [PromptSet] {
    guard case .ready(let loaded) = service.modelState else { return PromptSet.builtIn }
    return loaded.promptSets
  }

  private func promptSet(named name: String) throws(Problem) -> JSON {
    if let set = builtInSets.first(where: { $0.name == name }) { return Self.json(set) }
    guard let set = service.archive?.promptSet(name) else { throw Self.noSuchSet }
    return Self.json(set)
  }

  private func putPromptSet(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let name = try siteSetName(call)
    let document = try json(of: call.request)
    // Check each prompt as in a request, so that every stored set is usable.
    _ = try service.admit(service.promptReading().prompts(inSet: document))
    await archive.refresh()
    let isNew = archive.promptSet(name) == nil
    let kept = try await archive.putPromptSet(
      name, document: document, at: Timestamp.seconds())
    guard let kept else {
      throw InferenceError.tooManyPromptSets(limit: Archive.promptSetLimit)
    }
    var response = Response.json(Self.json(kept), status: isNew ? 201 : 200)
    response.headers.set("Location", "/v1/prompt-sets/\(name)")
    return response
  }

  private func deletePromptSet(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    guard try await archive.deletePromptSet(siteSetName(call)) else { throw Self.noSuchSet }
    return Response(status: 204)
  }

  private func siteSetName(_ call: Call) throws(Problem) -> String {
    let name = call.parameter("name")
    guard Calibration.isName(name) else {
      throw Problem.wrongKind("/name", "1 to 64 letters a–z, digits and hyphens")
    }
    guard !builtInSets.contains(where: { $0.name == name }) else {
      throw Problem(.conflict, "A built-in prompt set has this name and does not change.")
    }
    return name
  }

  private static let noSuchSet = Problem(
    .notFound, "No prompt set has this name.", hint: "GET /v1/prompt-sets lists them.")

  private static func json(_ set: PromptSet) -> JSON {
    [
      "name": .string(set.name), "version": 1,
      "source": set.wordings == nil ? "built-in" : "model",
      "prompts": .array(
        set.wordings?.map { wording in
          [
            "label": .string(wording.label), "text": .string(wording.text),
            "negative": wording.negative.map(JSON.string),
          ]
        } ?? set.terms.map(JSON.string)),
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
