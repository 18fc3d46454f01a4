internal import CPages

/// Files that are built into the program, so that they match its version.
enum BuiltInFile {
  /// The API description, `openapi.yaml`.
  static let openAPI = bytes(brgsa_openapi_yaml())
  /// The page at `/`.
  static let index = bytes(brgsa_index_html())
  static let docs = bytes(brgsa_docs_html())

  private static func bytes(_ file: brgsa_bytes) -> [UInt8] {
    Array(UnsafeBufferPointer(start: file.first, count: file.count))
  }
}
