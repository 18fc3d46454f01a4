internal import HTTP

/// `/problems/{slug}`: what a kind of problem means and what to do.
enum ProblemPage {
  static func response(for request: Request) -> Response {
    guard let slug = request.head.pathParameters["slug"],
      let type = ProblemType.allCases.first(where: { $0.rawValue.utf8.elementsEqual(slug.utf8) })
    else { return Problem(HTTPError.notFound).response(requestID: request.id) }
    return .text(
      "\(type.title)\n\nStatus \(type.status), code \(type.rawValue).\n\n\(type.explanation)\n")
  }
}
