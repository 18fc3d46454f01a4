/// A request method that a route can serve.
///
/// Source: RFC 9110, section 9; RFC 5789 for PATCH.
public enum HTTPMethod: String, Sendable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"

  /// Methods that HTTP defines but that no route can serve. A request with one of them gets
  /// ``HTTPError/methodNotAllowed(allowed:)``. Other unknown methods get ``HTTPError/methodUnknown(supported:)``.
  static let refused: Set<String> = ["TRACE", "CONNECT"]

  /// The value of the `Allow` header. The methods are in the order of the cases above.
  static func allowValue(_ methods: some Collection<HTTPMethod>) -> String {
    allCases.filter(methods.contains).map(\.rawValue).joined(separator: ", ")
  }
}
