internal import CheckedNumbers
internal import HTTP
internal import Hashing
internal import StrictJSON

/// What a request for a diagnosis asked, as it can be written down and read again after a restart.
struct JobOrder: Sendable, Equatable {
  /// The file that came; nil if the JSON names a volume that is kept.
  let upload: Upload?
  /// The decoded query.
  let query: [QueryItem]
  /// The form part `request`, or the body if it was JSON. It was read as JSON before, so it is UTF-8.
  let request: [UInt8]?

  /// A file under the job's id.
  struct Upload: Sendable, Equatable {
    let byteCount: Int
    let sha256: [UInt8]
    let contentType: String?
    /// Lengths of the DICOM files that lie in it one behind the other, if there are several.
    let parts: [Int]
  }

  init(upload: Upload?, query: [QueryItem], request: [UInt8]?) {
    self.upload = upload
    self.query = query
    self.request = request
  }

  /// SHA-256 of all of it, in hexadecimal digits: equal for a request that was sent again.
  var fingerprint: String {
    let digits = Array("0123456789abcdef")
    return SHA256.hash(data: json.bytes).reduce(into: "") { text, byte in
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }
}

extension JobOrder {
  /// As it is written down.
  var json: JSON {
    [
      "upload": .optional(upload) { upload in
        [
          "bytes": .integer(upload.byteCount),
          "sha256": .array(upload.sha256.map { .integer(Int($0)) }),
          "type": .optional(upload.contentType, JSON.string),
          "parts": .array(upload.parts.map(JSON.integer)),
        ]
      },
      "query": .array(query.map { [.string($0.name), .string($0.value)] }),
      "request": .optional(request) { .string(String(decoding: $0, as: UTF8.self)) },
    ]
  }

  /// Reads what ``json`` wrote.
  init?(_ json: JSON) {
    let query = json["query"]?.all { item in
      item.texts.flatMap { $0.count == 2 ? QueryItem(name: $0[0], value: $0[1]) : nil }
    }
    guard let query else { return nil }
    self.query = query
    request = json["request"]?.text.map { Array($0.utf8) }
    guard let written = json["upload"], written.object != nil else {
      upload = nil
      return
    }
    guard let upload = Upload(written) else { return nil }
    self.upload = upload
  }
}

extension JobOrder.Upload {
  /// A file that came.
  init(_ file: UploadedFile) {
    self.init(
      byteCount: file.byteCount, sha256: file.sha256, contentType: file.contentType,
      parts: file.parts)
  }

  fileprivate init?(_ json: JSON) {
    guard let byteCount = json["bytes"]?.integer(in: 0...JSONNumber.exactIntegers.upperBound),
      let sha256 = json["sha256"]?.all({ $0.integer(in: 0...255).flatMap(UInt8.init(exactly:)) }),
      sha256.count == 32,
      // Jobs of earlier versions have none.
      let parts = (json["parts"] ?? []).all({ $0.integer(in: 0...byteCount) }),
      parts.isEmpty || parts.checkedSum == byteCount
    else { return nil }
    self.byteCount = byteCount
    self.sha256 = sha256
    self.parts = parts
    contentType = json["type"]?.text
  }
}
