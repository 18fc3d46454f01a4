internal import StrictJSON
internal import Yams

/// The API description: `openapi.yaml`, and the same document as JSON.
///
/// The only URL in it is that of the server. It is `/`, or the prefix under which a proxy publishes the service.
enum OpenAPIDocument {
  /// The JSON without a prefix. It is made when a client first asks for it. A test rules out an error.
  private static let json = Result {
    try json(yaml: String(decoding: BuiltInFile.openAPI, as: UTF8.self))
  }

  /// Returns the YAML for a path prefix, which may be empty.
  static func yaml(at prefix: String) -> [UInt8] {
    guard !prefix.isEmpty else { return BuiltInFile.openAPI }
    let text = String(decoding: BuiltInFile.openAPI, as: UTF8.self)
    return Array(
      text.replacing("\nservers:\n  - url: /\n", with: "\nservers:\n  - url: \(prefix)\n").utf8)
  }

  /// Returns the JSON for a path prefix, which may be empty.
  static func json(at prefix: String) throws -> JSON {
    let json = try json.get()
    guard !prefix.isEmpty, let members = json.object?.members else { return json }
    return .members(
      members.map { key, value in
        (key, key == "servers" ? [["url": .string(prefix)]] : value)
      })
  }

  /// Converts YAML to JSON. Members stay in order.
  ///
  /// Scalars are read by the rules of YAML's JSON schema, as OpenAPI requires: `no` and `2026-01-01` are texts.
  ///
  /// - Throws: `YamlError` if the text is not a YAML document, or if a key occurs twice.
  static func json(yaml text: String) throws -> JSON {
    try Yams.compose(yaml: text).map(json) ?? .null
  }

  private static func json(_ node: Node) -> JSON {
    switch node {
    case .mapping(let mapping):
      .object(JSONObject(mapping.map { (key: $0.key.string ?? "", value: json($0.value)) }))
    case .sequence(let sequence): .array(sequence.map(json))
    case .scalar(let scalar): json(scalar)
    // The parser replaces aliases by their nodes.
    case .alias: .null
    }
  }

  private static func json(_ scalar: Node.Scalar) -> JSON {
    guard scalar.style == .any || scalar.style == .plain else { return .string(scalar.string) }
    switch scalar.string {
    case "", "~", "null": return .null
    case "true": return true
    case "false": return false
    default:
      let number = try? JSON(parsing: Array(scalar.string.utf8))
      guard case .number? = number, let number else { return .string(scalar.string) }
      return number
    }
  }
}
