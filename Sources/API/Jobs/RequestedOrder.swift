internal import Formats
internal import HTTP
internal import Hashing
internal import Inference
internal import Jobs
internal import StrictJSON

/// The content of a request for a diagnosis. Its fingerprint distinguishes a repeated request from a different one.
/// Before version 0.2, the program stored this content as the order of a job.
struct RequestedOrder: Sendable, Equatable {
  /// The uploaded file; nil if the request names a stored volume.
  let upload: JobOrder.Upload?
  /// The decoded query parameters.
  let query: [QueryItem]
  /// The form part `request`, or the whole body if the body is JSON. It is valid UTF-8, because it has been parsed as
  /// JSON.
  let request: [UInt8]?

  /// SHA-256 of the whole content, in hexadecimal digits. A repeated request has the same fingerprint.
  var fingerprint: String { hexadecimal(SHA256.hash(data: json.bytes)) }

  /// Converts the request's content to the order of a job.
  ///
  /// - Throws: ``Problem`` if the content is invalid.
  func order(_ prompts: PromptReading) throws -> JobOrder {
    var parameters = try DiagnosisParameters(query: query, prompts: prompts)
    if let request {
      try parameters.add(json: request, namesVolume: upload == nil, prompts: prompts)
    }
    return parameters.order(upload)
  }
}

extension RequestedOrder {
  /// The content as JSON. It is used for the fingerprint.
  var json: JSON {
    [
      "upload": .optional(upload, \.json),
      "query": .array(query.map { [.string($0.name), .string($0.value)] }),
      "request": .optional(request) { .string(String(decoding: $0, as: UTF8.self)) },
    ]
  }

  /// Reads the stored ``json``.
  init?(_ json: JSON) {
    let query = json["query"]?.all { item in
      item.texts.flatMap { $0.count == 2 ? QueryItem(name: $0[0], value: $0[1]) : nil }
    }
    guard let query else { return nil }
    let written = json["upload"].flatMap { $0.object == nil ? nil : $0 }
    let upload = written.flatMap(JobOrder.Upload.init)
    guard written == nil || upload != nil else { return nil }
    self.init(
      upload: upload, query: query, request: json["request"]?.text.map { Array($0.utf8) })
  }
}

extension DiagnosisParameters {
  /// Makes the order of a job from the parameters.
  ///
  /// - Parameter upload: The uploaded file; nil if the parameters name a stored volume.
  func order(_ upload: JobOrder.Upload?) -> JobOrder {
    JobOrder(
      volume: upload.map { .upload($0) } ?? .stored(id: volumeID ?? ""), prompts: prompts,
      topK: topK, calibration: calibration, includesEmbedding: includesEmbedding,
      showsAllComponents: showsAllComponents)
  }
}

extension JobOrder.Upload {
  init(_ file: UploadedFile) {
    self.init(
      byteCount: file.byteCount, sha256: file.sha256, contentType: file.contentType,
      parts: file.parts)
  }
}
