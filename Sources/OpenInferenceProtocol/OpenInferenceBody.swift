internal import CheckedNumbers
package import HTTP
internal import StrictJSON

/// The body of an inference request: JSON, followed by the binary tensors without gaps.
///
/// The body stays in its file. Only requested parts are read into memory, and their total size is limited.
///
/// - Source: Triton's binary tensor data extension,
///   https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_binary_data.html
package struct OpenInferenceBody {
  /// The header that contains the length of the JSON in bytes. Without it, the whole body is JSON.
  package static let lengthHeader = "Inference-Header-Content-Length"

  /// The size of the JSON and the tensors in bytes.
  let byteCount: Int
  /// The byte offset of the first binary tensor.
  let tensorStart: Int
  /// Maximum total size in bytes of everything that is read into memory: the JSON and all tensors except the volume.
  let byteLimit: Int
  private let read: (Range<Int>) throws(OpenInferenceError) -> [UInt8]

  /// Checks the length of the JSON.
  ///
  /// - Parameters:
  ///   - jsonByteCount: The number in ``lengthHeader``; nil if the header is missing.
  ///   - read: Reads the bytes in a range within `byteCount`.
  /// - Throws: ``OpenInferenceError`` if the JSON is longer than the body or the limit.
  init(
    byteCount: Int, jsonByteCount: Int?, byteLimit: Int,
    read: @escaping (Range<Int>) throws(OpenInferenceError) -> [UInt8]
  ) throws(OpenInferenceError) {
    let tensorStart = jsonByteCount ?? byteCount
    guard tensorStart <= byteCount else {
      throw .lengthBeyondBody(declared: tensorStart, byteCount: byteCount)
    }
    try Self.requireModest(tensorStart, byteLimit)
    self.byteCount = byteCount
    self.tensorStart = tensorStart
    self.byteLimit = byteLimit
    self.read = read
  }

  /// Makes the body of a request from its uploaded file and its head.
  ///
  /// - Parameter read: Reads the bytes in a range of `file`.
  package init(
    _ file: UploadedFile, _ head: RequestHead, byteLimit: Int,
    read: @escaping (Range<Int>) throws(OpenInferenceError) -> [UInt8]
  ) throws(OpenInferenceError) {
    try self.init(
      byteCount: file.byteCount, jsonByteCount: Self.jsonByteCount(head), byteLimit: byteLimit,
      read: read)
  }

  /// Reads the JSON.
  func json() throws(OpenInferenceError) -> [UInt8] { try read(0..<tensorStart) }

  /// Reads the bytes of a tensor or of a part of it.
  func bytes(in range: Range<Int>) throws(OpenInferenceError) -> [UInt8] { try read(range) }

  /// Reads the number in ``lengthHeader``; nil if the header is missing.
  ///
  /// - Throws: ``OpenInferenceError/unreadableLength`` unless the header is a single whole number.
  static func jsonByteCount(_ head: RequestHead) throws(OpenInferenceError) -> Int? {
    let values = head.headers.values(lengthHeader)
    guard let value = values.first else { return nil }
    guard values.count == 1,
      let count = Int(digits: value, in: 0...JSONNumber.exactIntegers.upperBound)
    else { throw .unreadableLength }
    return count
  }

  /// Checks the length of the JSON as far as the request's head shows it.
  ///
  /// - Returns: True if the body may exceed the memory limit.
  /// - Throws: ``OpenInferenceError`` if the JSON is too long.
  package static func mayBeLong(_ head: RequestHead, byteLimit: Int) throws(OpenInferenceError)
    -> Bool
  {
    let jsonByteCount = try jsonByteCount(head)
    let declared = head.headers["Content-Length"].flatMap { Int(digits: $0) }
    // A chunked body's length is not known before its end.
    try requireModest(jsonByteCount ?? declared ?? 0, byteLimit)
    return declared.map { $0 > byteLimit } ?? true
  }

  private static func requireModest(_ jsonByteCount: Int, _ limit: Int) throws(OpenInferenceError) {
    guard jsonByteCount <= limit else {
      throw .jsonTooLong(limit: limit, actual: jsonByteCount)
    }
  }
}
