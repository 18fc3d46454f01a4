internal import Calibrations
public import Inference
internal import Storage
internal import StrictJSON

extension Problem {
  /// What `body` returns, or its refusal in words, pointing at `parameters` if they are to blame.
  static func from<Result>(
    _ parameters: DiagnosisParameters? = nil, _ body: () throws(InferenceError) -> Result
  ) throws(Problem) -> Result {
    do throws(InferenceError) {
      return try body()
    } catch {
      let problem = Problem(error)
      throw parameters.map(problem.pointing) ?? problem
    }
  }

  /// What `body` returns, or its refusal in words.
  static func from<Result>(
    _ body: () async throws(InferenceError) -> Result
  ) async throws(Problem) -> Result {
    do throws(InferenceError) {
      return try await body()
    } catch {
      throw Problem(error)
    }
  }

  /// What `body` returns, or the store's refusal in words.
  static func from<Result>(
    _ body: () async throws(StoreError) -> Result
  ) async throws(Problem) -> Result {
    do throws(StoreError) {
      return try await body()
    } catch {
      throw Problem(error)
    }
  }

  /// The same with the prompt's place in the request, if this is about a prompt: the use case knows only
  /// its place in the list.
  func pointing(at parameters: DiagnosisParameters) -> Problem {
    pointing(at: parameters.pointers, ofAll: "/prompts")
  }

  /// - Parameters:
  ///   - pointers: Where the texts stand in the request.
  ///   - list: Where their list stands.
  func pointing(at pointers: [String], ofAll list: String) -> Problem {
    var problem = self
    if let index = promptIndex, pointers.indices.contains(index) {
      problem.errors = [Pointed(pointers[index], detail)]
    } else if errors.first?.pointer == "/prompts" {
      problem.errors = [Pointed(list, detail)]
    }
    return problem
  }

  /// A refusal of the use case in words.
  public init(_ error: InferenceError) {
    switch error {
    case .volume(let error): self.init(error)
    case .series(let error): self.init(error)
    case .promptsMissing:
      self.init(
        .promptEmpty, "The request names no prompt.",
        hint: "Add ?prompt=pleural+effusion or ?prompt_set=ct-rate-18.")
      self = at("/prompts")
    case .tooManyPrompts(let limit, let actual):
      self.init(
        .tooManyPrompts, "The request has \(actual) prompts or texts; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
      self = at("/prompts")
    case .promptEmpty(let index):
      self.init(
        .promptEmpty, "Text \(index + 1) has no words that the model can read.",
        hint: "The model drops sentences of one word: write “There is …”.")
      promptIndex = index
      self = at("/prompts/\(index)")
    case .promptTooLong(let index, let limit, let actual):
      self.init(
        .textTooLong, "Text \(index + 1) has \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
      promptIndex = index
      self = at("/prompts/\(index)")
    case .unknownPromptSet:
      self.init(
        .unknownPromptSet, "No prompt set has this name.",
        hint:
          "GET /v1/prompt-sets lists them. Built in are \(PromptSet.builtIn.map(\.name).joined(separator: ", "))."
      )
      self = at("/prompt_set")
    case .unknownCalibration:
      self.init(
        .unknownCalibration, "No calibration for this model has this name.",
        hint: "GET /v1/calibrations lists them; the name none disables thresholds.")
      self = at("/options/calibration")
    case .topKOutOfRange(let limit):
      self.init(
        .invalidValue, "top_k must be from 1 to \(limit).", limit: .integer(limit))
      self = at("/options/top_k")
    case .resultsOutOfRange(let limit):
      self.init(.invalidValue, "top_k must be from 1 to \(limit).", limit: .integer(limit))
      self = at("/top_k")
    case .offsetOutOfRange(let limit):
      self.init(.invalidValue, "offset must be from 0 to \(limit).", limit: .integer(limit))
      self = at("/offset")
    case .tooManyConditions(let limit, let actual):
      self.init(
        .invalidValue, "The filter has too many conditions.", limit: .integer(limit),
        actual: .integer(actual))
      self = at("/filter")
    case .wrongComponents(let wanted, let found):
      self.init(
        .invalidValue, "The embedding's length is not that of this model.",
        limit: .integer(wanted), actual: .integer(found))
      self = at("/query/embedding")
    case .reportTooLong(let limit, let actual):
      self.init(
        .textTooLong, "The text has \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
    case .reportEmpty:
      self.init(.promptEmpty, "The text has no words that the model can read.")
    case .tooManyPromptSets(let limit):
      self.init(
        .conflict, "The limit of \(limit) prompt sets is reached.", limit: .integer(limit),
        hint: "DELETE one that is no longer needed.")
    case .store(let error): self.init(error)
    case .nothingKept:
      self.init(
        .nothingKept, "This service stores nothing.",
        hint: "The operator chose --persist none.")
    case .voxelsNotKept:
      self.init(
        .notFound, "The voxels of this volume are not stored.",
        hint:
          "The operator enables it with --persist full. Then delete the volume and post it again."
      )
    case .unknownVolume:
      self = ServiceAPI.unknownVolume
    case .queueFull(let capacity, let retryAfter):
      self.init(
        .queueFull, "\(capacity) volumes wait, and the queue is full.", limit: .integer(capacity))
      self.retryAfter = retryAfter
    case .uploadAbandoned(let attempts):
      self.init(
        .uploadAbandoned, "The service ended \(attempts) times while it worked on this upload.",
        limit: .integer(UploadAttempts.limit), actual: .integer(attempts))
    case .memoryShort(let reserve, let left):
      self.init(
        .memoryPressure, "The system has only \(left) bytes of free memory.",
        limit: .integer(reserve),
        actual: .integer(left))
      retryAfter = 5
    case .modelLoading:
      self.init(.modelLoading, "The model is loading.")
      retryAfter = 5
    case .selfTestFailed:
      self.init(.modelUnavailable, "The model does not reproduce its stored example.")
    case .nonFiniteResult:
      self.init(.nonFiniteResult, "An embedding is not finite.")
    case .cancelled:
      self.init(
        .clientClosed, "The client closed its side of the connection before the response.",
        hint: "Keep the connection open in both directions until the response has come.")
    }
  }
}
