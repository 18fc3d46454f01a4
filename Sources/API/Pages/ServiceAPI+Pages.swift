internal import HTTP

extension ServiceAPI {
  /// The routes of the pages and of the files that they load. They are open, because a browser asks for a page before
  /// the user has given a key.
  var pageRoutes: [Route] {
    [
      Self.page("/", BuiltInFile.index), Self.page("/worklist", BuiltInFile.worklist),
      Self.page("/compare", BuiltInFile.compare), Self.page("/docs", BuiltInFile.docs),
      Route(.get, "/page/{version}/{folder}/{file}", scope: nil) { request in
        Self.pageFile(request.head)
      },
    ]
  }

  private static func pageFile(_ head: RequestHead) -> Response {
    let parts = ["version", "folder", "file"].map { head.pathParameters[$0] ?? "" }
    guard let file = BuiltInFile.pageFiles[parts.joined(separator: "/")] else {
      return Problem(
        .notFound, "This version of the service has no such file.",
        hint: "Reload the page: the service may have been updated."
      ).response(to: head)
    }
    return file.response(to: head)
  }

  /// Makes a route for an HTML page of this service. The page loads scripts and styles only from files of this service,
  /// and it can connect only to this service. `blob:` shows pictures that the page fetched with a key. `data:` is for
  /// the page's icon and for NiiVue's font.
  private static func page(_ path: String, _ html: [UInt8]) -> Route {
    let response = Response(
      status: 200,
      headers: [
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": """
        default-src 'none'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; \
        connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'
        """,
        "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache",
      ], body: html)
    return Route(.get, path, scope: nil) { _ in response }
  }
}
