internal import HTTP
internal import Inference
package import OpenInferenceProtocol
internal import StrictJSON

extension OpenInferenceError: Refusal {
  /// A refusal of the Open Inference Protocol's codec in words.
  package var problem: Problem {
    switch self {
    case .json(let fault): Problem(fault)
    case .repeatedInput(let pointer):
      Problem(.duplicateField, "An input came more than once.").at(pointer)
    case .repeatedOutput(let pointer):
      Problem(.duplicateField, "An output is named more than once.").at(pointer)
    case .unknownTensor(let pointer, let known):
      Problem(
        .unknownField, "A tensor is unknown; known are \(known.joined(separator: ", "))."
      ).at(pointer)
    case .volumeMissing:
      Problem(.missingField, "The inputs lack the volume.").at(
        "/inputs", "Wanted volume or volume_id.")
    case .volumeInJSON(let pointer):
      Problem.wrongKind(pointer, "the volume as binary data, which JSON cannot hold").hinting(
        "Send its bytes behind the JSON: binary_data_size and \(OpenInferenceBody.lengthHeader) say so, tritonclient's binary_data=True does so. Or name a stored volume by volume_id."
      )
    case .tooManyPrompts(let pointer, let limit, let actual):
      InferenceError.tooManyPrompts(limit: limit, actual: actual).problem.pointing(
        at: [], ofAll: pointer)
    case .idTooLong(let limit, let actual):
      Problem(
        .textTooLong, "The id has \(actual) bytes, at most \(limit) are taken.",
        limit: .integer(limit), actual: .integer(actual)
      ).at("/id")
    case .unreadableLength:
      Problem(
        .malformedRequest, "\(OpenInferenceBody.lengthHeader) is not one whole number of bytes.")
    case .lengthBeyondBody(let declared, let byteCount):
      Problem(
        .malformedRequest,
        "\(OpenInferenceBody.lengthHeader) says \(declared), the body has \(byteCount) bytes.",
        limit: .integer(byteCount), actual: .integer(declared))
    case .jsonTooLong(let limit, let actual):
      Problem(
        .bodyTooLarge, "The JSON has \(actual) bytes, at most \(limit) are read.",
        limit: .integer(limit), actual: .integer(actual),
        hint:
          "A volume comes as binary data behind the JSON, and \(OpenInferenceBody.lengthHeader) says where that ends."
      )
    case .tensorsTooLong(let pointer, let limit):
      Problem(
        .bodyTooLarge, "The JSON and the inputs besides the volume are too long.",
        limit: .integer(limit)
      ).at(pointer)
    case .bytesLeft(let count):
      Problem(
        .malformedRequest, "The body has \(count) bytes behind its JSON and tensors.",
        actual: .integer(count),
        hint: "binary_data_size of each binary input says how many bytes it has.")
    case .unreadableBody: HTTPError.internalFailure.problem
    }
  }
}
