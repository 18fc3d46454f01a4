public import Inference
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

  /// The same with the prompt's place in the request, if this is about a prompt: the use case knows only
  /// its place in the list.
  func pointing(at parameters: DiagnosisParameters) -> Problem {
    guard let index = promptIndex, parameters.pointers.indices.contains(index) else { return self }
    var problem = self
    problem.errors = [Pointed(parameters.pointers[index], detail)]
    return problem
  }

  /// A refusal of the use case in words.
  public init(_ error: InferenceError) {
    switch error {
    case .volume(let error): self.init(error)
    case .promptsMissing:
      self.init(
        .promptEmpty, "The request names no prompt.",
        hint: "Add ?prompt=pleural+effusion or ?prompt_set=ct-rate-18.")
      self = at("/prompts")
    case .tooManyPrompts(let limit, let actual):
      self.init(
        .tooManyPrompts, "There are \(actual) prompts or texts, at most \(limit) are taken.",
        limit: .integer(limit), actual: .integer(actual))
      self = at("/prompts")
    case .promptEmpty(let index):
      self.init(
        .promptEmpty, "Prompt \(index + 1) has no words that the model reads.",
        hint: "Sentences of one word are dropped: write “There is …”.")
      promptIndex = index
      self = at("/prompts/\(index)")
    case .promptTooLong(let index, let limit, let actual):
      self.init(
        .textTooLong, "Prompt \(index + 1) has \(actual) bytes, at most \(limit) are taken.",
        limit: .integer(limit), actual: .integer(actual))
      promptIndex = index
      self = at("/prompts/\(index)")
    case .unknownPromptSet:
      self.init(
        .unknownPromptSet, "No prompt set has this name.",
        hint: "The sets are: \(PromptSet.builtIn.map(\.name).joined(separator: ", ")).")
      self = at("/prompt_set")
    case .unknownCalibration:
      self.init(
        .unknownCalibration, "No calibration for this model has this name.",
        hint: "GET /v1/calibrations lists them; none switches thresholds off.")
      self = at("/options/calibration")
    case .topKOutOfRange(let limit):
      self.init(
        .invalidValue, "top_k must be from 1 to \(limit).", limit: .integer(limit))
      self = at("/options/top_k")
    case .queueFull(let capacity, let retryAfter):
      self.init(
        .queueFull, "\(capacity) volumes wait already.", limit: .integer(capacity))
      self.retryAfter = retryAfter
    case .modelLoading:
      self.init(.modelLoading, "The model is being read and checked.")
      retryAfter = 5
    case .selfTestFailed:
      self.init(.modelUnavailable, "The model does not reproduce its stored example.")
    case .nonFiniteResult:
      self.init(.nonFiniteResult, "An embedding is not finite.")
    case .cancelled:
      self.init(
        .clientClosed, "The client closed its side of the connection before the answer.",
        hint: "Keep the connection open in both directions until the answer has come.")
    }
  }
}
