/// Receives the body of one request and enforces its size limit.
struct BodyReceiver {
  private enum Target {
    case raw(UploadWriter)
    case form(FormReceiver)
    /// The body caused this error. The rest of the body is received and discarded.
    case failed(HTTPError)
  }

  /// Number of bytes received so far.
  private(set) var byteCount = 0
  private let byteLimit: Int
  private var target: Target

  /// Prepares to receive a body. Opens a spool file if the body needs one.
  ///
  /// - Returns: nil if the route accepts no body.
  /// - Throws: ``HTTPError/storageFull`` or ``HTTPError/internalFailure``.
  init?(_ plan: BodyPlan, policy: BodyPolicy, spool: SpoolSpace) throws(HTTPError) {
    switch (plan, policy) {
    case (.raw(let contentType, let byteLimit, let declared), _):
      self.byteLimit = byteLimit
      // A body of unknown length cannot exceed its limit. With a small limit, it counts as a small body.
      let small = byteLimit <= SpoolSpace.smallBodyByteLimit ? byteLimit : 0
      target = .raw(
        try UploadWriter(spool, reserving: declared ?? small, contentType: contentType))
    case (.form(let boundary, let byteLimit, let declared), .upload(let upload)):
      guard let form = upload.form else { throw .internalFailure }
      self.byteLimit = byteLimit
      target = .form(
        try FormReceiver(
          form, boundary: boundary, spool: spool, reserving: declared ?? 0))
    case (.none, _), (.form, .none): return nil
    }
  }

  /// Adds the next bytes. An error is reported later by ``finish()``, because no response can be sent before the body
  /// ends.
  ///
  /// - Returns: False if the body exceeds its limit by so much that the connection must be cut.
  mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    byteCount += bytes.count
    guard byteCount <= byteLimit else {
      fail(.bodyTooLarge(limit: byteLimit, actual: nil))
      return byteCount - byteLimit <= Gate.drainedByteLimit
    }
    do throws(HTTPError) {
      try pass(bytes)
    } catch {
      target = .failed(error)
    }
    return true
  }

  /// Records an error, unless an earlier error was recorded.
  private mutating func fail(_ error: HTTPError) {
    if case .failed = target { return }
    target = .failed(error)
  }

  /// Ends the body and returns it.
  ///
  /// - Throws: The first error that the body caused, or ``HTTPError/emptyBody``.
  func finish() throws(HTTPError) -> Request.Body {
    if case .failed(let error) = target { throw error }
    guard byteCount > 0 else { throw .emptyBody }
    switch target {
    case .raw(let writer): return .file(try writer.finish())
    case .form(let form): return try form.finish()
    case .failed(let error): throw error
    }
  }

  private mutating func pass(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) {
    switch target {
    case .failed: return
    case .raw(var writer):
      try writer.append(bytes)
      target = .raw(writer)
    case .form(var form):
      // Replacing the target releases its copy of the form. The form is then changed in place, without a copy.
      target = .failed(.internalFailure)
      try form.receive(bytes)
      target = .form(form)
    }
  }
}
