internal import CheckedNumbers
internal import HTTP
internal import StrictJSON

/// The body of an inference request: JSON, then the binary tensors one behind the other.
///
/// It stays where it is; only what is asked for is read, and no more than the limit in all.
///
/// - Source: Triton's binary tensor data extension,
///   https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_binary_data.html
struct OpenInferenceBody {
  /// Says how long the JSON is; without it the body is JSON alone.
  static let lengthHeader = "Inference-Header-Content-Length"

  /// Length of JSON and tensors.
  let byteCount: Int
  /// Where the tensors begin.
  let tensorStart: Int
  /// Most bytes of JSON and tensors that are read into memory: all but the volume.
  let byteLimit: Int
  private let read: (Range<Int>) throws(Problem) -> [UInt8]

  /// - Parameters:
  ///   - jsonByteCount: What the header says; nil if there is none.
  ///   - read: The bytes of a range within `byteCount`.
  /// - Throws: ``Problem`` for JSON that is longer than the body or the limit.
  init(
    byteCount: Int, jsonByteCount: Int?, byteLimit: Int,
    read: @escaping (Range<Int>) throws(Problem) -> [UInt8]
  ) throws(Problem) {
    let tensorStart = jsonByteCount ?? byteCount
    guard tensorStart <= byteCount else {
      throw Problem(
        .malformedRequest,
        "\(Self.lengthHeader) is \(tensorStart), but the body has \(byteCount) bytes.",
        limit: .integer(byteCount), actual: .integer(tensorStart))
    }
    try Self.requireModest(tensorStart, byteLimit)
    self.byteCount = byteCount
    self.tensorStart = tensorStart
    self.byteLimit = byteLimit
    self.read = read
  }

  /// The body that came.
  init(_ file: UploadedFile, _ head: RequestHead, byteLimit: Int) throws(Problem) {
    try self.init(
      byteCount: file.byteCount, jsonByteCount: Self.jsonByteCount(head), byteLimit: byteLimit
    ) { (range) throws(Problem) in try ServiceAPI.bytes(of: file, in: range) }
  }

  /// The JSON.
  func json() throws(Problem) -> [UInt8] { try read(0..<tensorStart) }

  /// Bytes of a tensor, or a part of it.
  func bytes(in range: Range<Int>) throws(Problem) -> [UInt8] { try read(range) }

  /// What the header says, if it came.
  ///
  /// - Throws: ``Problem`` unless it is one whole number.
  static func jsonByteCount(_ head: RequestHead) throws(Problem) -> Int? {
    let values = head.headers.values(lengthHeader)
    guard let value = values.first else { return nil }
    guard values.count == 1,
      let count = Int(digits: value, in: 0...JSONNumber.exactIntegers.upperBound)
    else {
      throw Problem(.malformedRequest, "\(lengthHeader) is not a whole number of bytes.")
    }
    return count
  }

  /// Refuses what is too long by what the head says, before the body comes.
  ///
  /// - Returns: Whether the body may be longer than what is read into memory.
  static func mayBeLong(_ head: RequestHead, byteLimit: Int) throws(Problem) -> Bool {
    let jsonByteCount = try jsonByteCount(head)
    let declared = head.headers["Content-Length"].flatMap { Int(digits: $0) }
    // What comes in chunks has its length told at its end.
    try requireModest(jsonByteCount ?? declared ?? 0, byteLimit)
    return declared.map { $0 > byteLimit } ?? true
  }

  private static func requireModest(_ jsonByteCount: Int, _ limit: Int) throws(Problem) {
    guard jsonByteCount > limit else { return }
    throw Problem(
      .bodyTooLarge, "The JSON has \(jsonByteCount) bytes, at most \(limit) are read.",
      limit: .integer(limit), actual: .integer(jsonByteCount),
      hint:
        "Send the volume as binary data after the JSON; \(lengthHeader) is the JSON's length.")
  }
}
