internal import Formats
internal import StrictJSON

/// The input tensors of a request. Each is inside the JSON or follows it in binary form.
package struct OpenInferenceInputs {
  /// A text and its position in the request.
  package struct Text: Equatable {
    package let text: String
    /// The text's JSON Pointer. For an element of a binary tensor, this is the pointer that it would have in the
    /// tensor's `data`.
    package let pointer: String
  }

  /// The volume that the request refers to.
  package enum Volume: Equatable {
    /// The volume's file, as a byte range of the body.
    case file(Range<Int>)
    /// The id of a stored volume.
    case stored(id: String)
  }

  /// The prompts in order; empty if the request has none.
  private(set) var prompts: [Text] = []
  private var file: Range<Int>?
  private var storedID: Text?

  private let body: OpenInferenceBody
  private let promptLimit: Int
  /// The number of bytes of tensors that may still be read into memory.
  private var memoryLeft: Int
  /// The byte offset of the next binary tensor.
  private var position: Int

  /// Reads the input tensors.
  ///
  /// - Parameters:
  ///   - elements: The elements of the list `inputs`.
  ///   - memoryLeft: The number of bytes of tensors that may be read into memory.
  ///   - promptLimit: Maximum number of elements of the input `prompts`.
  /// - Throws: ``OpenInferenceError``. It contains JSON Pointers, but no text from the JSON.
  init(
    _ elements: [TensorReader], _ body: OpenInferenceBody, memoryLeft: Int, promptLimit: Int
  ) throws(OpenInferenceError) {
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
        throw .repeatedInput(pointer: object.place(of: "name"))
      }
      try add(input, object)
    }
    guard position == body.byteCount else { throw .bytesLeft(body.byteCount - position) }
  }

  /// Returns the volume, of which the request must have exactly one.
  func volume() throws(OpenInferenceError) -> Volume {
    switch (file, storedID) {
    case (let file?, nil): return .file(file)
    case (nil, let id?): return .stored(id: id.text)
    case (nil, nil): throw .volumeMissing
    case (_?, _?): throw .unfit("/inputs", "either volume or volume_id")
    }
  }

  private mutating func add(
    _ input: OpenInference.Input, _ object: TensorReader
  ) throws(OpenInferenceError) {
    guard try object["datatype"]?.text() == OpenInference.bytes else {
      throw .unfit(object.place(of: "datatype"), OpenInference.bytes)
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
      guard input != .volume else {
        throw .volumeInJSON(pointer: object.place(of: "data"))
      }
      use(try Self.texts(of: data, count, object), as: input)
    default:
      throw object.unfit("an input with either data or the parameter binary_data_size")
    }
  }

  private mutating func use(_ texts: [Text], as input: OpenInference.Input) {
    if input == .prompts { prompts = texts } else { storedID = texts.first }
  }

  /// Reads the number of elements from the tensor's shape, before any element is parsed.
  private func elementCount(
    _ input: OpenInference.Input, _ object: TensorReader
  ) throws(OpenInferenceError) -> Int {
    let place = object.place(of: "shape")
    guard let shape = try object["shape"]?.elements(), shape.count == 1 else {
      throw .unfit(place, "a list with one number, the elements of the tensor")
    }
    let count = try shape[0].integer()
    if let wanted = input.elementCount, count != wanted {
      throw shape[0].unfit("\(wanted)")
    }
    guard count <= promptLimit else {
      throw .tooManyPrompts(pointer: shape[0].pointer, limit: promptLimit, actual: count)
    }
    return count
  }
}

// MARK: Elements

extension OpenInferenceInputs {
  /// The size in bytes of the length before each element of a BYTES tensor. The length is little-endian.
  static let lengthBytes = 4

  /// Returns the byte range of the next binary tensor. Its size must not exceed the rest of the body.
  private mutating func take(
    _ size: Int, _ object: TensorReader
  ) throws(OpenInferenceError) -> Range<Int> {
    let left = body.byteCount - position
    guard (0...left).contains(size) else {
      throw .unfit(
        "\(object.pointer)/parameters/binary_data_size",
        "at most the \(left) remaining bytes of the body")
    }
    defer { position += size }
    return position..<(position + size)
  }

  /// Returns the byte range of a tensor's only element without reading the element.
  private func onlyElement(
    of tensor: Range<Int>, _ object: TensorReader
  ) throws(OpenInferenceError) -> Range<Int> {
    guard tensor.count >= Self.lengthBytes else { throw Self.broken(object) }
    let start = tensor.lowerBound + Self.lengthBytes
    let length = Self.length(try body.bytes(in: tensor.lowerBound..<start)[...])
    guard length == tensor.upperBound - start else { throw Self.broken(object) }
    return start..<tensor.upperBound
  }

  /// Reads the texts of a binary tensor, within the memory limit.
  private mutating func texts(
    in tensor: Range<Int>, _ count: Int, _ object: TensorReader
  ) throws(OpenInferenceError) -> [Text] {
    guard tensor.count <= memoryLeft else {
      throw .tensorsTooLong(pointer: object.pointer, limit: body.byteLimit)
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
        throw .unfit(pointer, "a text in UTF-8")
      }
      texts.append(Text(text: text, pointer: pointer))
      rest = rest.dropFirst(length)
    }
    guard texts.count == count else { throw Self.broken(object) }
    return texts
  }

  private static func texts(
    of data: [TensorReader], _ count: Int, _ object: TensorReader
  ) throws(OpenInferenceError) -> [Text] {
    guard data.count == count else {
      throw .unfit(
        object.place(of: "shape"), "the number of elements, of which data has \(data.count)")
    }
    return try data.map { (element) throws(OpenInferenceError) in
      Text(text: try element.text(), pointer: element.pointer)
    }
  }

  /// Returns the number in the first four bytes. If there are fewer bytes, returns a number larger than any tensor.
  private static func length(_ bytes: ArraySlice<UInt8>) -> Int {
    guard bytes.count >= lengthBytes else { return .max }
    return Int(Array(bytes.prefix(lengthBytes)).littleEndian(UInt32.self, at: 0))
  }

  private static func broken(_ object: TensorReader) -> OpenInferenceError {
    object.unfit(
      "as many elements as in shape, each with its length in four bytes, little-endian, and its bytes"
    )
  }
}
