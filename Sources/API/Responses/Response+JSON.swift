internal import HTTP
internal import StrictJSON

extension Response {
  static func json(_ json: JSON, status: Int = 200) -> Response {
    Response(status: status, headers: ["Content-Type": "application/json"], body: json.bytes)
  }

  /// Makes a plain-text response in UTF-8.
  static func text(_ text: String, status: Int = 200) -> Response {
    Response(
      status: status, headers: ["Content-Type": "text/plain; charset=utf-8"],
      body: Array(text.utf8))
  }
}
