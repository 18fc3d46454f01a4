internal import HTTP

/// `openapi.yaml` of the top level, built into the program, so that it describes this very version.
enum OpenAPIDocument {
  static let response = Response(
    status: 200, headers: ["Content-Type": "application/yaml"],
    body: PackageResources.openapi_yaml)
}
