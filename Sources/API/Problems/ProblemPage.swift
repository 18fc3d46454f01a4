internal import HTTP
internal import Inference
internal import Volumes

/// Serves `/problems/{slug}`, which explains a kind of problem or warning and suggests what to do.
enum ProblemPage {
  static func response(for request: Request) -> Response {
    guard let slug = request.head.pathParameters["slug"], let text = text(of: slug) else {
      return Problem(HTTPError.notFound).response(to: request.head)
    }
    return .text(text)
  }

  /// Returns the page for a code; nil if the code is unknown.
  static func text(of slug: String) -> String? {
    // Compare bytes, because Swift considers some different byte sequences equal.
    func find<Kind: RawRepresentable & CaseIterable>(_: Kind.Type) -> Kind?
    where Kind.RawValue == String {
      Kind.allCases.first { $0.rawValue.utf8.elementsEqual(slug.utf8) }
    }
    if let type = find(ProblemType.self) {
      return page(type.title, "Status \(type.status), code \(type.rawValue).", type.explanation)
    }
    let warning =
      find(VolumeWarning.Kind.self).map(\.page) ?? find(SummaryWarning.self).map(\.page)
    return warning.map { page($0.title, "A warning, code \(slug).", $0.explanation) }
  }

  private static func page(_ title: String, _ kind: String, _ explanation: String) -> String {
    "\(title)\n\n\(kind)\n\n\(explanation)\n"
  }
}
