import CMicrohttpd

/// A response with what this server adds to it.
struct Answer: Sendable {
  let response: Response
  let requestID: String
  let closesConnection: Bool

  init(_ response: Response, requestID: String, closesConnection: Bool) {
    self.response = response
    self.requestID = requestID
    self.closesConnection = closesConnection
  }

  /// Queues the answer on a connection.
  ///
  /// - Parameter streamed: The body, if it is one that is sent as it comes.
  /// - Returns: False if libmicrohttpd refuses it, for example because a header has a line end.
  func queue(on connection: OpaquePointer, streaming streamed: StreamedBody? = nil) -> Bool {
    guard let created = streamed?.response(on: connection) ?? wholeResponse() else { return false }
    defer { MHD_destroy_response(created) }
    let areAccepted = headers.fields.allSatisfy { field in
      MHD_add_response_header(created, field.name, field.value) == .YES
    }
    guard areAccepted, let status = UInt32(exactly: response.status) else { return false }
    return MHD_queue_response(connection, status, created) == .YES
  }

  private func wholeResponse() -> OpaquePointer? {
    response.body.withUnsafeBytes { bytes in
      // The bytes are copied, so nothing is changed through this pointer.
      MHD_create_response_from_buffer(
        bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
    }
  }

  private var headers: Headers {
    var headers = response.headers
    headers.set("X-Request-ID", requestID)
    headers.set("X-Content-Type-Options", "nosniff")
    if headers["Cache-Control"] == nil { headers.append("Cache-Control", "no-store") }
    if closesConnection { headers.set("Connection", "close") }
    return headers
  }
}
