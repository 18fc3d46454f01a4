/// The body that a route accepts.
public enum BodyPolicy: Sendable {
  /// The route accepts no body. A request with a body is refused.
  case none
  /// The route accepts a file, either as the whole body or in a form.
  case upload(UploadPolicy)
}

/// The upload that a route accepts. Files are stored in the spool, and small form fields in memory.
public struct UploadPolicy: Sendable {
  /// Maximum size in bytes of the whole body, including form boundaries.
  public let byteLimit: Int
  /// Accepted media types of a body that is the file itself. They are in lower case and have no parameters.
  public let rawTypes: [String]
  /// Maximum size in bytes of a body, by media type. Lists only the types whose limit is lower than ``byteLimit``.
  public let rawLimits: [String: Int]
  /// Media type of a body without `Content-Type`; nil to refuse such bodies.
  public let untypedAs: String?
  /// Maximum number of body bytes that a handler reads into memory. It applies to media types without a limit in
  /// ``rawLimits``.
  public let memoryBytes: Int
  /// The fields of an accepted `multipart/form-data` body; nil to refuse forms.
  public let form: FormPolicy?

  /// Makes a policy.
  public init(
    byteLimit: Int, rawTypes: [String], rawLimits: [String: Int] = [:], untypedAs: String? = nil,
    memoryBytes: Int = 0, form: FormPolicy? = nil
  ) {
    self.byteLimit = byteLimit
    self.rawTypes = rawTypes
    self.rawLimits = rawLimits
    self.untypedAs = untypedAs
    self.memoryBytes = memoryBytes
    self.form = form
  }

  /// The accepted media types, for the message of a refusal.
  var allowedTypes: [String] { rawTypes + (form == nil ? [] : [FormPolicy.mediaType]) }
}

/// The fields of an accepted `multipart/form-data` body.
public struct FormPolicy: Sendable {
  /// Names of the parts that are files. Each must occur exactly once.
  public let fileFields: Set<String>
  /// Name of the file parts that may repeat; nil if the form has none. Their files are stored one after another as
  /// one upload. A form contains either these parts or ``fileFields``.
  public let seriesField: String?
  /// Maximum number of parts with the name ``seriesField``.
  public let seriesLimit: Int
  /// Maximum size in bytes of each part that is stored in memory, by name. Each of these parts may occur once.
  public let memoryFields: [String: Int]

  /// Makes a policy. The names must be ASCII, and each may occur in only one of the lists.
  public init(
    fileFields: Set<String>, seriesField: String? = nil, seriesLimit: Int = 0,
    memoryFields: [String: Int] = [:]
  ) {
    self.fileFields = fileFields
    self.seriesField = seriesField
    self.seriesLimit = seriesField == nil ? 0 : seriesLimit
    self.memoryFields = memoryFields
  }

  /// The only accepted form type.
  static let mediaType = "multipart/form-data"
}

/// How one request's body will be received.
enum BodyPlan: Sendable, Equatable {
  case none
  case raw(contentType: String, byteLimit: Int, declaredByteCount: Int?)
  case form(boundary: MultipartBoundary, byteLimit: Int, declaredByteCount: Int?)
}
