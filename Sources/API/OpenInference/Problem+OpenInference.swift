internal import HTTP
internal import Inference
internal import OpenInferenceProtocol
internal import StrictJSON

extension Problem {
  /// A refusal of the Open Inference Protocol's codec in words.
  init(_ error: OpenInferenceError) {
    switch error {
    case .json(let fault): self.init(fault)
    case .repeatedInput(let pointer):
      self = Problem(.duplicateField, "An input came more than once.").at(pointer)
    case .repeatedOutput(let pointer):
      self = Problem(.duplicateField, "An output is named more than once.").at(pointer)
    case .unknownTensor(let pointer, let known):
      self = Problem(
        .unknownField, "A tensor is unknown; known are \(known.joined(separator: ", "))."
      ).at(pointer)
    case .volumeMissing:
      self = Problem(.missingField, "The inputs lack the volume.").at(
        "/inputs", "Wanted volume or volume_id.")
    case .volumeInJSON(let pointer):
      self = .wrongKind(pointer, "the volume as binary data, which JSON cannot hold")
      hint =
        "Send its bytes behind the JSON: binary_data_size and \(OpenInferenceBody.lengthHeader) say so, tritonclient's binary_data=True does so. Or name a kept volume by volume_id."
    case .tooManyPrompts(let pointer, let limit, let actual):
      self = Problem(InferenceError.tooManyPrompts(limit: limit, actual: actual)).pointing(
        at: [], ofAll: pointer)
    case .idTooLong(let limit, let actual):
      self = Problem(
        .textTooLong, "The id has \(actual) bytes, at most \(limit) are taken.",
        limit: .integer(limit), actual: .integer(actual)
      ).at("/id")
    case .unreadableLength:
      self.init(
        .malformedRequest, "\(OpenInferenceBody.lengthHeader) is not one whole number of bytes.")
    case .lengthBeyondBody(let declared, let byteCount):
      self.init(
        .malformedRequest,
        "\(OpenInferenceBody.lengthHeader) says \(declared), the body has \(byteCount) bytes.",
        limit: .integer(byteCount), actual: .integer(declared))
    case .jsonTooLong(let limit, let actual):
      self.init(
        .bodyTooLarge, "The JSON has \(actual) bytes, at most \(limit) are read.",
        limit: .integer(limit), actual: .integer(actual),
        hint:
          "A volume comes as binary data behind the JSON, and \(OpenInferenceBody.lengthHeader) says where that ends."
      )
    case .tensorsTooLong(let pointer, let limit):
      self = Problem(
        .bodyTooLarge, "The JSON and the inputs besides the volume are too long.",
        limit: .integer(limit)
      ).at(pointer)
    case .bytesLeft(let count):
      self.init(
        .malformedRequest, "The body has \(count) bytes behind its JSON and tensors.",
        actual: .integer(count),
        hint: "binary_data_size of each binary input says how many bytes it has.")
    case .unreadableBody: self.init(HTTPError.internalFailure)
    }
  }
}
