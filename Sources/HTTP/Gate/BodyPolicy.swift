/// The body that a route accepts.
public enum BodyPolicy: Sendable {
  /// None; a request with a body is refused.
  case none
  /// A file, raw or in a form.
  case upload(UploadPolicy)
}

/// The upload that a route accepts. Files go to the spool, small form fields into memory.
public struct UploadPolicy: Sendable {
  /// Most bytes of a whole body, form boundaries included.
  public let byteLimit: Int
  /// Media types, in lower case and without parameters, of a body that is the file itself.
  public let rawTypes: [String]
  /// Most bytes of a body of some of these types, if less than ``byteLimit``.
  public let rawLimits: [String: Int]
  /// The assumed type of a body without a type; nil refuses such bodies.
  public let untypedAs: String?
  /// Most bytes that a handler reads into memory, for a body without a limit in ``rawLimits``.
  public let memoryBytes: Int
  /// The fields of an accepted `multipart/form-data` body; nil refuses forms.
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

  /// The media types that a refusal names.
  var allowedTypes: [String] { rawTypes + (form == nil ? [] : [FormPolicy.mediaType]) }
}

/// The fields of an accepted `multipart/form-data` body.
public struct FormPolicy: Sendable {
  /// Names of the parts that are files. Each must occur exactly once.
  public let fileFields: Set<String>
  /// Name of file parts that may repeat. They are stored contiguously in one upload and replace
  /// ``fileFields``. Nil without such parts.
  public let seriesField: String?
  /// Most parts under ``seriesField``.
  public let seriesLimit: Int
  /// Most bytes of each part that is held in memory, by name. Each may occur once.
  public let memoryFields: [String: Int]

  /// Makes a policy. The names are ASCII, and each occurs in only one of the lists.
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
