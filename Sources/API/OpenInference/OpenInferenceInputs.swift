internal import Formats
internal import HTTP
internal import Inference
internal import StrictJSON

/// The tensors of an inference request, from its JSON or from behind it.
struct OpenInferenceInputs {
  /// A text and its place in the request.
  struct Text: Equatable {
    let text: String
    /// JSON Pointer; a binary tensor's elements count as if they stood in its `data`.
    let pointer: String
  }

  /// The volume that is meant.
  enum Volume: Equatable {
    /// A file that lies within the body.
    case file(Range<Int>)
    /// One that is kept.
    case kept(id: String)
  }

  /// In their order; empty if the input is missing.
  private(set) var prompts: [Text] = []
  private var file: Range<Int>?
  private var keptID: Text?

  private let body: OpenInferenceBody
  private let promptLimit: Int
  /// Bytes of further tensors that may be read into memory.
  private var memoryLeft: Int
  /// Where the next binary tensor begins.
  private var position: Int

  /// - Parameters:
  ///   - elements: The list `inputs`.
  ///   - memoryLeft: Bytes of tensors that may be read into memory.
  ///   - promptLimit: Most elements of the input `prompts`.
  /// - Throws: ``Problem``, with a pointer into the JSON and never with its text.
  init(
    _ elements: [RequestReader], _ body: OpenInferenceBody, memoryLeft: Int, promptLimit: Int
  ) throws(Problem) {
    self.body = body
    self.promptLimit = promptLimit
    self.memoryLeft = memoryLeft
    position = body.tensorStart
    var found: Set<OpenInference.Input> = []
    for element in elements {
      let object = try element.object(
        optional: ["name", "shape", "datatype", "parameters", "data"])
      let input: OpenInference.Input = try object.tensorName()
      guard found.insert(input).inserted else {
        throw Problem(.duplicateField, "An input came more than once.").at(
          object.place(of: "name"))
      }
      try add(input, object)
    }
    guard position == body.byteCount else {
      throw Problem(
        .malformedRequest,
        "The body has \(body.byteCount - position) bytes after its JSON and tensors.",
        actual: .integer(body.byteCount - position),
        hint: "binary_data_size of each binary input is its number of bytes.")
    }
  }

  /// The one volume that a request is about.
  func volume() throws(Problem) -> Volume {
    switch (file, keptID) {
    case (let file?, nil): return .file(file)
    case (nil, let id?): return .kept(id: id.text)
    case (nil, nil):
      throw Problem(.missingField, "The inputs lack the volume.").at(
        "/inputs", "Expected volume or volume_id.")
    default: throw Problem.wrongKind("/inputs", "either volume or volume_id")
    }
  }

  private mutating func add(
    _ input: OpenInference.Input, _ object: RequestReader
  ) throws(Problem) {
    guard try object["datatype"]?.text() == OpenInference.bytes else {
      throw Problem.wrongKind(object.place(of: "datatype"), OpenInference.bytes)
    }
    let count = try elementCount(input, object)
    let parameters = try object["parameters"]?.object(optional: ["binary_data_size"])
    switch (try parameters?["binary_data_size"]?.integer(), try object["data"]?.elements()) {
    case (let size?, nil):
      let range = try take(size, object)
      if input == .volume {
        file = try onlyElement(of: range, object)
      } else {
        let texts = try texts(in: range, count, object)
        use(texts, as: input)
      }
    case (nil, let data?):
      guard input != .volume else { throw Self.volumeInJSON(object) }
      use(try Self.texts(of: data, count, object), as: input)
    default:
      throw object.unfit("an input with either data or the parameter binary_data_size")
    }
  }

  private mutating func use(_ texts: [Text], as input: OpenInference.Input) {
    if input == .prompts { prompts = texts } else { keptID = texts.first }
  }

  /// What the shape says, so that no more elements are taken apart than can be used.
  private func elementCount(
    _ input: OpenInference.Input, _ object: RequestReader
  ) throws(Problem) -> Int {
    let place = object.place(of: "shape")
    guard let shape = try object["shape"]?.elements(), shape.count == 1 else {
      throw Problem.wrongKind(place, "a list with one number, the elements of the tensor")
    }
    let count = try shape[0].integer()
    if let wanted = input.elementCount, count != wanted {
      throw shape[0].unfit("\(wanted)")
    }
    guard count <= promptLimit else {
      throw Problem(InferenceError.tooManyPrompts(limit: promptLimit, actual: count)).pointing(
        at: [], ofAll: shape[0].pointer)
    }
    return count
  }

  private static func volumeInJSON(_ object: RequestReader) -> Problem {
    var problem = Problem.wrongKind(
      object.place(of: "data"), "the volume as binary data, because JSON cannot contain it")
    problem.hint =
      "Send its bytes after the JSON, with binary_data_size and \(OpenInferenceBody.lengthHeader); tritonclient does this with binary_data=True. Or name a stored volume by volume_id."
    return problem
  }
}

// MARK: Elements

extension OpenInferenceInputs {
  /// Each element of a BYTES tensor begins with its length, little-endian.
  static let lengthBytes = 4

  /// The place of the next binary tensor; its size is believed only as far as the body reaches.
  private mutating func take(
    _ size: Int, _ object: RequestReader
  ) throws(Problem) -> Range<Int> {
    let left = body.byteCount - position
    guard (0...left).contains(size) else {
      throw Problem.wrongKind(
        "\(object.pointer)/parameters/binary_data_size",
        "at most the \(left) remaining bytes of the body")
    }
    defer { position += size }
    return position..<(position + size)
  }

  /// Where the bytes of a tensor's one element are; they stay there.
  private func onlyElement(
    of tensor: Range<Int>, _ object: RequestReader
  ) throws(Problem) -> Range<Int> {
    guard tensor.count >= Self.lengthBytes else { throw Self.broken(object) }
    let start = tensor.lowerBound + Self.lengthBytes
    let length = Self.length(try body.bytes(in: tensor.lowerBound..<start)[...])
    guard length == tensor.upperBound - start else { throw Self.broken(object) }
    return start..<tensor.upperBound
  }

  /// The texts of a binary tensor that is small enough for memory.
  private mutating func texts(
    in tensor: Range<Int>, _ count: Int, _ object: RequestReader
  ) throws(Problem) -> [Text] {
    guard tensor.count <= memoryLeft else {
      throw Problem(
        .bodyTooLarge, "The JSON and the inputs other than the volume are too long.",
        limit: .integer(body.byteLimit)
      ).at(object.pointer)
    }
    memoryLeft -= tensor.count
    var rest = try body.bytes(in: tensor)[...]
    var texts: [Text] = []
    while !rest.isEmpty {
      let length = Self.length(rest)
      guard texts.count < count, rest.count - Self.lengthBytes >= length else {
        throw Self.broken(object)
      }
      let pointer = "\(object.place(of: "data"))/\(texts.count)"
      rest = rest.dropFirst(Self.lengthBytes)
      guard let text = String(validating: rest.prefix(length), as: UTF8.self) else {
        throw Problem.wrongKind(pointer, "a text in UTF-8")
      }
      texts.append(Text(text: text, pointer: pointer))
      rest = rest.dropFirst(length)
    }
    guard texts.count == count else { throw Self.broken(object) }
    return texts
  }

  private static func texts(
    of data: [RequestReader], _ count: Int, _ object: RequestReader
  ) throws(Problem) -> [Text] {
    guard data.count == count else {
      throw Problem.wrongKind(
        object.place(of: "shape"), "the number of elements in data, \(data.count)")
    }
    return try data.map { (element) throws(Problem) in
      Text(text: try element.text(), pointer: element.pointer)
    }
  }

  /// The number that begins with the first byte; more than any tensor has if there are fewer than four.
  private static func length(_ bytes: ArraySlice<UInt8>) -> Int {
    guard bytes.count >= lengthBytes else { return .max }
    return Int(Array(bytes.prefix(lengthBytes)).littleEndian(UInt32.self, at: 0))
  }

  private static func broken(_ object: RequestReader) -> Problem {
    object.unfit(
      "as many elements as in shape, each with its length in four bytes, little-endian, and its bytes"
    )
  }
}
