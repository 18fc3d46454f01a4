import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The URL of a chat completions endpoint, and its API key.
struct ChatEndpoint: Sendable {
  let url: URL
  private let apiKey: String?

  init(url text: String, apiKey: String?) throws(ChatSummarizerError) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), var parts = URLComponents(string: text),
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil,
      parts.query == nil, parts.fragment == nil
    else { throw .invalidURL }
    parts.percentEncodedPath = Self.completions(below: parts.percentEncodedPath)
    guard let url = parts.url else { throw .invalidURL }
    self.url = url
    guard apiKey?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) ?? true else { throw .invalidKey }
    self.apiKey = apiKey.flatMap { $0.isEmpty ? nil : $0 }
  }

  func request(body: Data, traceParent: String?) -> URLRequest {
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.httpBody = body
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue("application/json", forHTTPHeaderField: "Accept")
    if let traceParent { request.setValue(traceParent, forHTTPHeaderField: "traceparent") }
    if let apiKey { request.setValue("Bearer \(apiKey)", forHTTPHeaderField: "Authorization") }
    return request
  }

  private static func completions(below path: String) -> String {
    var path = path[...]
    while path.last == "/" { path.removeLast() }
    if path.hasSuffix("/chat/completions") { return String(path) }
    return (path.isEmpty ? "/v1" : path) + "/chat/completions"
  }
}
