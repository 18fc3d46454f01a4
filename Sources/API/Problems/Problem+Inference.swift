public import Inference
internal import Storage
internal import StrictJSON

extension InferenceError: Refusal {
  /// The problem that describes this error of a use case.
  public var problem: Problem {
    switch self {
    case .volume(let error): error.problem
    case .series(let error): error.problem
    case .promptsMissing:
      Problem(
        .promptEmpty, "The request names no prompt.",
        hint: "Add ?prompt=pleural+effusion or ?prompt_set=ct-rate-18."
      ).at("/prompts")
    case .tooManyPrompts(let limit, let actual):
      Problem(
        .tooManyPrompts, "The request has \(actual) prompts or texts; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual)
      ).at("/prompts")
    case .promptEmpty(let index):
      Problem(
        .promptEmpty, "Text \(index + 1) has no words that the model can read.",
        hint: "The model drops sentences of one word: write “There is …”."
      ).atPrompt(index)
    case .negativeMissing(let index):
      Problem(
        .negativeMissing, "Text \(index + 1) has no text that denies the finding.",
        hint: "Send a term, or an object with text and negative."
      ).atPrompt(index)
    case .unsupported(let feature):
      Problem(
        .modelLacksFeature, "The model does not provide \(feature.rawValue).",
        hint: "GET /v1/info lists the features of the model.")
    case .promptTooLong(let index, let limit, let actual):
      Problem(
        .textTooLong, "Text \(index + 1) has \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual)
      ).atPrompt(index)
    case .unknownPromptSet:
      Problem(
        .unknownPromptSet, "No prompt set has this name.",
        hint:
          "GET /v1/prompt-sets lists them. Built in are \(PromptSet.builtIn.map(\.name).joined(separator: ", "))."
      ).at("/prompt_set")
    case .unknownCalibration:
      Problem(
        .unknownCalibration, "No calibration for this model has this name.",
        hint: "GET /v1/calibrations lists them; calibration=none disables thresholds."
      ).at("/options/calibration")
    case .topKOutOfRange(let limit):
      Problem(
        .invalidValue, "top_k must be from 1 to \(limit).", limit: .integer(limit)
      ).at("/options/top_k")
    case .resultsOutOfRange(let limit):
      Problem(.invalidValue, "top_k must be from 1 to \(limit).", limit: .integer(limit)).at(
        "/top_k")
    case .offsetOutOfRange(let limit):
      Problem(.invalidValue, "offset must be from 0 to \(limit).", limit: .integer(limit)).at(
        "/offset")
    case .tooManyConditions(let limit, let actual):
      Problem(
        .invalidValue, "The filter has too many conditions.", limit: .integer(limit),
        actual: .integer(actual)
      ).at("/filter")
    case .wrongComponents(let wanted, let found):
      Problem(
        .invalidValue, "The embedding does not have this model's number of components.",
        limit: .integer(wanted), actual: .integer(found)
      ).at("/query/embedding")
    case .reportTooLong(let limit, let actual):
      Problem(
        .textTooLong, "The text has \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
    case .reportEmpty:
      Problem(.promptEmpty, "The text has no words that the model can read.")
    case .tooManyPromptSets(let limit):
      Problem(
        .conflict, "The limit of \(limit) prompt sets is reached.", limit: .integer(limit),
        hint: "DELETE one that is no longer needed.")
    case .store(let error): error.problem
    case .nothingStored:
      Problem(
        .nothingStored, "This service stores nothing.",
        hint: "The operator chose --persist none.")
    case .voxelsNotStored:
      Problem(
        .notFound, "The voxels of this volume are not stored.",
        hint:
          "The service stores voxels if the operator chooses --persist full. Then delete the volume and post it again."
      )
    case .unknownVolume: ServiceAPI.unknownVolume
    case .queueFull(let capacity, let retryAfter):
      Problem(
        .queueFull,
        "The queue is full. At most \(capacity) volumes may wait, including uploads in progress.",
        limit: .integer(capacity),
        retryAfter: retryAfter)
    case .uploadAbandoned(let attempts):
      Problem(
        .uploadAbandoned, "The service ended \(attempts) times while it worked on this upload.",
        limit: .integer(UploadAttempts.limit), actual: .integer(attempts))
    case .memoryShort(let reserve, let left):
      Problem(
        .memoryPressure, "The system has only \(left) bytes of free memory.",
        limit: .integer(reserve),
        actual: .integer(left), retryAfter: 5)
    case .modelLoading:
      Problem(.modelLoading, "The model is loading.", retryAfter: 5)
    case .selfTestFailed:
      Problem(.modelUnavailable, "The model does not reproduce its stored example.")
    case .nonFiniteResult:
      Problem(.nonFiniteResult, "An embedding is not finite.")
    case .cancelled:
      Problem(
        .clientClosed, "The client closed its side of the connection before the response.",
        hint: "Keep the connection open in both directions until the response has come.")
    }
  }
}

extension Problem {
  /// Returns the same problem, but with the JSON Pointer of the affected prompt, if any. The use case knows only the
  /// prompt's index.
  func pointing(at parameters: DiagnosisParameters) -> Problem {
    pointing(at: parameters.pointers, ofAll: "/prompts")
  }

  /// Returns the same problem, but with the JSON Pointer of the affected text, if any.
  ///
  /// - Parameters:
  ///   - pointers: The JSON Pointers of all texts in the request.
  ///   - list: The JSON Pointer of the list of texts.
  func pointing(at pointers: [String], ofAll list: String) -> Problem {
    var problem = self
    if let index = promptIndex, pointers.indices.contains(index) {
      problem.errors = [Pointed(pointers[index], detail)]
    } else if errors.first?.pointer == "/prompts" {
      problem.errors = [Pointed(list, detail)]
    }
    return problem
  }

  fileprivate func atPrompt(_ index: Int) -> Problem {
    var problem = at("/prompts/\(index)")
    problem.promptIndex = index
    return problem
  }
}
