/// What body a route takes.
public enum BodyPolicy: Sendable {
  /// None; a request that brings one is refused.
  case none
  /// A file, raw or in a form.
  case upload(UploadPolicy)
}

/// What upload a route takes. Files go to the spool, small form fields into memory.
public struct UploadPolicy: Sendable {
  /// Most bytes of a whole body, form boundaries included.
  public let byteLimit: Int
  /// Media types, in lower case and without parameters, of a body that is the file itself.
  public let rawTypes: [String]
  /// Most bytes of a body of some of these types, where that is less than ``byteLimit``.
  public let rawLimits: [String: Int]
  /// What a body is taken for whose type the client does not say; nil if it is refused.
  public let untypedAs: String?
  /// Most bytes that a handler reads into memory of a body that has no limit in ``rawLimits``.
  public let memoryBytes: Int
  /// What a `multipart/form-data` body may hold; nil if forms are refused.
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

/// Which fields a `multipart/form-data` body may hold.
public struct FormPolicy: Sendable {
  /// Names of the parts that are files. Each must come exactly once.
  public let fileFields: Set<String>
  /// Name of parts that are files and come any number of times; they lie one behind the other in one upload, and take
  /// the place of ``fileFields``. Nil if there are none.
  public let seriesField: String?
  /// Most parts under ``seriesField``.
  public let seriesLimit: Int
  /// Most bytes of each part that is kept in memory, by name. Each may come once.
  public let memoryFields: [String: Int]

  /// Makes a policy; the names are ASCII, and no name is in two of them.
  public init(
    fileFields: Set<String>, seriesField: String? = nil, seriesLimit: Int = 0,
    memoryFields: [String: Int] = [:]
  ) {
    self.fileFields = fileFields
    self.seriesField = seriesField
    self.seriesLimit = seriesField == nil ? 0 : seriesLimit
    self.memoryFields = memoryFields
  }

  /// The only form type that is read.
  static let mediaType = "multipart/form-data"
}

/// How one request's body is going to be received.
enum BodyPlan: Sendable, Equatable {
  case none
  case raw(contentType: String, byteLimit: Int, declaredByteCount: Int?)
  case form(boundary: MultipartBoundary, byteLimit: Int, declaredByteCount: Int?)
}
