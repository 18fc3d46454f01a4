internal import Formats
internal import StrictJSON
internal import Tensors

/// The tensors of a `.safetensors` file.
///
/// The initializer checks the whole header. Callers request tensors with `take` and then read all of them in one pass
/// with ``read(on:)``.
///
/// - Source: the format description at github.com/huggingface/safetensors. A file consists of 8 bytes with the header's
///   size, little-endian, a JSON header, and the tensors without gaps.
final class SafetensorsFile {
  /// The text entries of `__metadata__`.
  let metadata: [String: String]

  let file: ModelFile
  let dataStart: Int
  /// The requested tensors, in the order of the requests.
  private(set) var taken: [Taken] = []

  /// The expected SHA-256 of the file in hexadecimal; nil to skip the check.
  let digest: String?
  /// The tensors that were not requested yet.
  private var entries: [String: Entry]

  /// The maximum header size in bytes. The format's reference library has the same limit.
  static let headerLimit = 100_000_000
  /// The maximum number of axes of a tensor. A matrix has two, and the patch projection has five.
  static let axisLimit = 8

  struct Entry {
    let format: String
    let shape: [Int]
    /// The range of the tensor's bytes, relative to the end of the header.
    let range: Range<Int>

    var elementFormat: ElementFormat? { ElementFormat(rawValue: format) }
  }

  /// The number formats that can be converted to single precision.
  enum ElementFormat: String {
    case single = "F32"
    case half = "F16"
    case bfloat16 = "BF16"

    var byteCount: Int { self == .single ? 4 : 2 }
  }

  /// A tensor that was requested but not read yet.
  struct Taken {
    let name: String
    let entry: Entry
    let target: TensorTarget
  }

  /// - Parameter digest: The expected SHA-256 of the file in hexadecimal, which ``read(on:)`` checks; nil to skip the
  ///   check.
  init(_ file: ModelFile, digest: String? = nil) throws(ModelError) {
    self.file = file
    self.digest = digest
    let header = try Self.readHeader(file)
    dataStart = header.dataStart
    guard let object = header.json.object else {
      throw .container(file: file.name, reason: "the header is not a JSON object")
    }
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    for (name, value) in object.members {
      if name == "__metadata__" {
        metadata = try Self.readMetadata(value, file: file.name)
      } else {
        entries[name] = try Self.readEntry(value, name: name, file: file.name)
      }
    }
    self.entries = entries
    self.metadata = metadata
    try requireSeamless(file.byteCount - dataStart)
  }

  /// Requests the tensor `name`. Its elements are undefined until ``read(on:)`` returns.
  func take(_ name: String, shape: [Int]) throws(ModelError) -> Tensor {
    try require(name, shape: shape)
    let buffer = FloatBuffer(uninitialized: shape.reduce(1, *))
    try take(name, shape: shape, into: .elements(buffer))
    return Tensor(shape: shape, adopting: buffer)
  }

  /// Requests the tensor `name`. ``read(on:)`` writes its elements to `target`.
  func take(_ name: String, shape: [Int], into target: TensorTarget) throws(ModelError) {
    taken.append(Taken(name: name, entry: try require(name, shape: shape), target: target))
    entries[name] = nil
  }

  /// Checks that the tensor `name` exists with this shape and a supported number format.
  ///
  /// - Throws: ``ModelError/tensor(file:name:_:)``.
  @discardableResult
  func require(_ name: String, shape: [Int]) throws(ModelError) -> Entry {
    guard let entry = entries[name] else { throw fault(name, .missing(wanted: shape)) }
    guard entry.shape == shape else {
      throw fault(name, .shape(wanted: shape, found: entry.shape))
    }
    guard entry.elementFormat != nil else {
      throw fault(name, .type(wanted: "F32, F16 or BF16", found: entry.format))
    }
    return entry
  }

  /// Reads the tensor `name` of 32-bit integers. It must have one axis with at most `limit` elements.
  func takeIntegers(_ name: String, limit: Int) throws(ModelError) -> [Int32] {
    guard let entry = entries[name] else { throw fault(name, .missing(wanted: [limit])) }
    guard entry.format == "I32" else {
      throw fault(name, .type(wanted: "I32", found: entry.format))
    }
    guard entry.shape.count == 1, entry.shape[0] <= limit else {
      throw fault(name, .shape(wanted: [limit], found: entry.shape))
    }
    let bytes = try file.bytes(at: dataStart + entry.range.lowerBound, count: entry.range.count)
    entries[name] = nil
    return (0..<entry.shape[0]).map { bytes.littleEndian(Int32.self, at: 4 * $0) }
  }

  /// Checks that every tensor of the file was requested.
  ///
  /// - Throws: ``ModelError/tensor(file:name:_:)``.
  func requireAllTaken() throws(ModelError) {
    if let name = entries.keys.min() { throw fault(name, .unexpected) }
  }

  func fault(_ name: String, _ fault: ModelError.TensorFault) -> ModelError {
    .tensor(file: file.name, name: name, fault)
  }

  private func requireSeamless(_ dataBytes: Int) throws(ModelError) {
    var end = 0
    for (name, entry) in entries.sorted(by: {
      $0.value.range.lowerBound < $1.value.range.lowerBound
    }) {
      guard entry.range.lowerBound == end else {
        throw .container(file: file.name, reason: "tensor \(name) overlaps or leaves a hole")
      }
      end = entry.range.upperBound
    }
    guard end == dataBytes else {
      throw .container(
        file: file.name, reason: "tensors fill \(end) bytes, but the file has \(dataBytes) for them"
      )
    }
  }

  private static func readHeader(
    _ file: ModelFile
  ) throws(ModelError) -> (json: JSON, dataStart: Int) {
    guard file.byteCount >= 8 else {
      throw .container(file: file.name, reason: "\(file.byteCount) bytes are not safetensors")
    }
    let prefix = try file.bytes(at: 0, count: 8)
    let isArchive = prefix.starts(with: [0x50, 0x4B, 0x03, 0x04])
    let isPickle = prefix[0] == 0x80 && (2...5).contains(prefix[1])
    guard !isArchive, !isPickle else {
      throw .container(
        file: file.name, reason: "this is a PyTorch checkpoint; run Models/convert.py on it")
    }
    let declared = prefix.littleEndian(UInt64.self, at: 0)
    guard let size = Int(exactly: declared), size >= 2, size <= headerLimit,
      size <= file.byteCount - 8
    else {
      throw .container(
        file: file.name, reason: "its header declares an impossible length of \(declared) bytes")
    }
    let header = try file.bytes(at: 8, count: size)
    do throws(JSONError) {
      return (try JSON(parsing: header), 8 + size)
    } catch {
      throw .container(file: file.name, reason: "its header is not JSON (\(error))")
    }
  }

  private static func readMetadata(
    _ value: JSON, file: String
  ) throws(ModelError) -> [String: String] {
    guard let object = value.object else {
      throw .container(file: file, reason: "__metadata__ is not an object")
    }
    var metadata: [String: String] = [:]
    for case (let key, .string(let text)) in object.members { metadata[key] = text }
    return metadata
  }

  private static func readEntry(
    _ value: JSON, name: String, file: String
  ) throws(ModelError) -> Entry {
    guard let format = value["dtype"]?.text, let extents = value["shape"], extents.array != nil,
      let offsets = value["data_offsets"], offsets.array != nil, value.object?.members.count == 3
    else {
      throw .container(file: file, reason: "tensor \(name) lacks dtype, shape or data_offsets")
    }
    // A later check compares these sizes and offsets with the file's length. It cannot overflow.
    guard let shape = extents.all({ $0.integer(in: 0...Int.max) }), shape.count <= axisLimit,
      let bounds = offsets.all({ $0.integer(in: 0...Int.max) }), bounds.count == 2,
      bounds[0] <= bounds[1]
    else {
      throw .container(file: file, reason: "tensor \(name) has an impossible shape or offset")
    }
    guard let width = ["F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2][format] else {
      throw .tensor(
        file: file, name: name, .type(wanted: "F32, F16 or BF16", found: format))
    }
    var bytes = width
    for extent in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflow else {
        throw .container(file: file, reason: "tensor \(name) has an impossible shape")
      }
      bytes = product
    }
    guard bytes == bounds[1] - bounds[0] else {
      throw .container(
        file: file,
        reason: "tensor \(name) needs \(bytes) bytes, but its offsets give \(bounds[1] - bounds[0])"
      )
    }
    return Entry(format: format, shape: shape, range: bounds[0]..<bounds[1])
  }
}
