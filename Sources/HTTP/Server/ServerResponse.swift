import CMicrohttpd

/// A response together with the headers that the server adds.
struct ServerResponse: Sendable {
  let response: Response
  let requestID: String
  let closesConnection: Bool

  init(_ response: Response, requestID: String, closesConnection: Bool) {
    self.response = response
    self.requestID = requestID
    self.closesConnection = closesConnection
  }

  /// Queues the response on a connection.
  ///
  /// - Parameter streamed: The body, if it is streamed.
  /// - Returns: False if libmicrohttpd refuses the response, for example because a header contains a line break.
  func queue(on connection: OpaquePointer, streaming streamed: StreamedBody? = nil) -> Bool {
    guard let created = streamed?.response(on: connection) ?? wholeResponse() else { return false }
    defer { MHD_destroy_response(created) }
    let areAccepted = headers.fields.allSatisfy { field in
      MHD_add_response_header(created, field.name, field.value) == .YES
    }
    guard areAccepted, let status = UInt32(exactly: response.status) else { return false }
    return MHD_queue_response(connection, status, created) == .YES
  }

  /// Maximum size in bytes of a body that is copied. A larger body is shared.
  static let copiedByteLimit = 64 << 10
  private static let pieceByteCount = 64 << 10

  private func wholeResponse() -> OpaquePointer? {
    if let file = response.file { return Self.response(reading: file) }
    guard response.body.count <= Self.copiedByteLimit else { return sharedResponse() }
    return response.body.withUnsafeBytes { bytes in
      // libmicrohttpd copies the bytes and does not write through this pointer.
      MHD_create_response_from_buffer(
        bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
    }
  }

  /// Makes a response that shares the memory of the body. All clients that get the same bytes share one copy.
  private func sharedResponse() -> OpaquePointer? {
    let body = Unmanaged.passRetained(SharedBody(response.body))
    let created = MHD_create_response_from_callback(
      UInt64(response.body.count), Self.pieceByteCount,
      { body, position, buffer, size in
        guard let body, let buffer else { return -1 }
        return Unmanaged<SharedBody>.fromOpaque(body).takeUnretainedValue().copy(
          from: position, into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
      }, body.toOpaque(),
      { body in
        guard let body else { return }
        Unmanaged<SharedBody>.fromOpaque(body).release()
      })
    if created == nil { body.release() }
    return created
  }

  /// Makes a response that reads its body from a file while it is sent. If the file cannot be read, the connection is
  /// cut.
  private static func response(reading file: ResponseFile) -> OpaquePointer? {
    let context = Unmanaged.passRetained(file)
    let created = MHD_create_response_from_callback(
      UInt64(file.byteCount), pieceByteCount,
      { context, position, buffer, size in
        guard let context, let buffer, let position = Int(exactly: position) else {
          return ServerResponse.failureMark
        }
        let count = Unmanaged<ResponseFile>.fromOpaque(context).takeUnretainedValue().read(
          into: UnsafeMutableRawBufferPointer(start: buffer, count: size), at: position)
        guard let count else { return ServerResponse.failureMark }
        return count > 0 ? count : ServerResponse.endMark
      }, context.toOpaque(),
      { context in
        guard let context else { return }
        Unmanaged<ResponseFile>.fromOpaque(context).release()
      })
    if created == nil { context.release() }
    return created
  }

  /// The values of `MHD_CONTENT_READER_END_OF_STREAM` and `MHD_CONTENT_READER_END_WITH_ERROR`. Swift cannot import these
  /// macros, because they contain casts.
  private static let (endMark, failureMark) = (-1, -2)

  /// Default security headers for browsers. They forbid caching, display in a frame, use by other sites, and loading
  /// of any content.
  private static let protections = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
  ]

  /// All header fields of the response, including those that the server adds.
  var headers: Headers {
    var headers = response.headers
    headers.set("X-Request-ID", requestID)
    headers.set("X-Content-Type-Options", "nosniff")
    for (name, value) in Self.protections where headers[name] == nil { headers.append(name, value) }
    if closesConnection { headers.set("Connection", "close") }
    return headers
  }
}

/// A response body that libmicrohttpd reads in parts.
private final class SharedBody: Sendable {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Copies bytes, starting at `position`.
  ///
  /// - Returns: The number of copied bytes, or `MHD_CONTENT_READER_END_OF_STREAM` at the end of the body.
  func copy(from position: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let start = Int(exactly: position), start < bytes.count, !buffer.isEmpty else {
      return -1
    }
    let count = min(bytes.count - start, buffer.count)
    buffer.copyBytes(from: bytes[start..<(start + count)])
    return count
  }
}
