/// The body that a route accepts.
public enum BodyPolicy: Sendable {
  /// The route accepts no body. A request with a body is refused.
  case none
  /// The route accepts a file, either as the whole body or in a form.
  case upload(UploadPolicy)
}

/// The upload that a route accepts. Files go to the spool, small form fields into memory.
public struct UploadPolicy: Sendable {
  /// Maximum size in bytes of a whole body, form boundaries included.
  public let byteLimit: Int
  /// Media types, in lower case and without parameters, of a body that is the file itself.
  public let rawTypes: [String]
  /// Maximum size in bytes of a body by media type, for types whose limit is lower than ``byteLimit``.
  public let rawLimits: [String: Int]
  /// The type that is assumed for a body without a type; nil to refuse such bodies.
  public let untypedAs: String?
  /// Maximum number of bytes that a handler reads into memory if the body's type has no limit in ``rawLimits``.
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

  /// The media types that a refusal names.
  var allowedTypes: [String] { rawTypes + (form == nil ? [] : [FormPolicy.mediaType]) }
}

/// The fields of an accepted `multipart/form-data` body.
public struct FormPolicy: Sendable {
  /// Names of the parts that are files. Each must occur exactly once.
  public let fileFields: Set<String>
  /// Name of the file parts that may repeat; nil if the form has none. Their files are stored one
  /// after another in one upload. A form has either these parts or ``fileFields``.
  public let seriesField: String?
  /// Maximum number of parts under ``seriesField``.
  public let seriesLimit: Int
  /// The parts that are held in memory: the maximum size in bytes of each, by name. Each part may occur once.
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
