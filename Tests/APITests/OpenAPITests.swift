import FoundationEssentials
import HTTP
import Inference
import StrictJSON
import TestSupport
import Testing
import Volumes
import Yams

@testable import API

@Suite struct OpenAPITests {
  private let document: [String: Any]

  init() throws {
    let text = String(decoding: BuiltInFile.openAPI, as: UTF8.self)
    document = try #require(try Yams.load(yaml: text) as? [String: Any])
  }

  @Test func describesExactlyTheRoutes() throws {
    let service = DiagnosisService()
    let api = ServiceAPI(
      service: service, readiness: Readiness(service), limits: APILimits(),
      uploads: StoredUploads(directory: "/nowhere"), metrics: { "" })
    let routes = api.routes.map { "\($0.method.rawValue) \($0.pattern)" }
    let paths = try #require(document["paths"] as? [String: [String: Any]])
    let described = paths.flatMap { path, operations in
      operations.keys.map { "\($0.uppercased()) \(path)" }
    }
    #expect(Set(routes) == Set(described))
    #expect(routes.count == described.count)
  }

  /// The JSON is compared with what Yams itself reads from the YAML, and with the order of its lines.
  @Test func theJSONContainsWhatTheYAMLContains() throws {
    let json = try OpenAPIDocument.json(at: "")
    #expect(Self.differences(json, document, "") == [])
    #expect(try JSON(parsing: json.bytes, depthLimit: 64) == json)
    let yaml = String(decoding: BuiltInFile.openAPI, as: UTF8.self)
    let paths = yaml.matches(of: /\n  (\/[^:\s]*):\n/).map { String($0.1) }
    #expect(paths.count > 20 && json["paths"]?.object?.members.map(\.key) == paths)
  }

  /// The places where a JSON value differs from one that Yams made.
  private static func differences(_ json: JSON, _ other: Any, _ place: String) -> [String] {
    switch (json, other) {
    case (.object(let object), let other as [String: Any]):
      guard Set(object.members.map(\.key)) == Set(other.keys) else { return [place] }
      return object.members.flatMap { member in
        differences(member.value, other[member.key] ?? "", "\(place)/\(member.key)")
      }
    case (.array(let array), let other as [Any]):
      guard array.count == other.count else { return [place] }
      return zip(array, other).enumerated().flatMap { index, pair in
        differences(pair.0, pair.1, "\(place)/\(index)")
      }
    case (.string(let text), let other as String): return text == other ? [] : [place]
    case (.bool(let value), let other as Bool): return value == other ? [] : [place]
    case (.number(let number), let other as Int): return number.integer() == other ? [] : [place]
    case (.number(let number), let other as Double): return number.double == other ? [] : [place]
    // The document contains no null.
    case (.null, _), (.object, _), (.array, _), (.string, _), (.bool, _), (.number, _):
      return [place]
    }
  }

  @Test func theServersURLIsTheProxysPrefix() throws {
    #expect(OpenAPIDocument.yaml(at: "") == BuiltInFile.openAPI)
    for (prefix, url) in [("", "/"), ("/hospital/brgsa", "/hospital/brgsa")] {
      let json = try OpenAPIDocument.json(at: prefix)
      #expect(json["servers"] == [["url": .string(url)]])
      let yaml = String(decoding: OpenAPIDocument.yaml(at: prefix), as: UTF8.self)
      #expect(try OpenAPIDocument.json(yaml: yaml) == json)
    }
  }

  @Test(arguments: [
    ("a: [1, -2.5e3, 0x10, 1_000, 012]", #"{"a":[1,-2.5e3,"0x10","1_000","012"]}"#),
    (
      "a: [yes, no, On, true, False, ~, null, '']",
      #"{"a":["yes","no","On",true,"False",null,null,""]}"#
    ),
    (
      "a: '1'\nb: \"true\"\nc: |\n  2\nd: 2026-01-01",
      #"{"a":"1","b":"true","c":"2\n","d":"2026-01-01"}"#
    ),
    ("z: {}\na:\nm: [{b: 1, a: 2}]", #"{"z":{},"a":null,"m":[{"b":1,"a":2}]}"#),
    ("a: &x [1]\nb: *x", #"{"a":[1],"b":[1]}"#),
  ])
  func readsScalarsAsOpenAPIRequires(yaml: String, json: String) throws {
    #expect(String(decoding: try OpenAPIDocument.json(yaml: yaml).bytes, as: UTF8.self) == json)
  }

  @Test(arguments: ["a: 1\na: 2", "a: [", "a: b: c"])
  func brokenYAMLIsAnError(yaml: String) {
    #expect(throws: (any Error).self) { try OpenAPIDocument.json(yaml: yaml) }
  }

  @Test func saysWhatKeysMustAllow() throws {
    let service = DiagnosisService()
    let api = ServiceAPI(
      service: service, readiness: Readiness(service), limits: APILimits(),
      uploads: StoredUploads(directory: "/nowhere"), metrics: { "" })
    let paths = try #require(document["paths"] as? [String: [String: Any]])
    for route in api.routes {
      let operation = try #require(
        paths[route.pattern]?[route.method.rawValue.lowercased()] as? [String: Any])
      let security = operation["security"] as? [[String: [String]]]
      #expect(security?.first?["key"]?.first == route.scope?.rawValue, "\(route.pattern)")
      #expect(security?.count == (route.scope == nil ? nil : 1))
    }
  }

  @Test func namesEveryWarning() throws {
    let codes = try #require(schema("WarningCode")["enum"] as? [String])
    #expect(codes == VolumeWarning.Kind.allCases.map(\.rawValue))
    let summaries = try #require(schema("SummaryWarningCode")["enum"] as? [String])
    #expect(summaries == SummaryWarning.allCases.map(\.rawValue))
  }

  /// Whatever a client may find in `code` has a page: the document is asked, and so are the types.
  @Test func everyCodeIsExplained() throws {
    let schemas = ["ProblemCode", "WarningCode", "SummaryWarningCode"]
    let codes = try schemas.flatMap { try #require(schema($0)["enum"] as? [String]) }
    #expect(Set(codes).count == codes.count, "a code that means two things has one page")
    let all =
      codes + ProblemType.allCases.map(\.rawValue) + VolumeWarning.Kind.allCases.map(\.rawValue)
      + SummaryWarning.allCases.map(\.rawValue)
    for code in all {
      let page = try #require(ProblemPage.text(of: code), "\(code) has no page")
      let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 6, "\(code)")
      #expect(lines.count > 2 && lines[2].contains("code \(code)."), "\(page)")
      #expect(lines.count > 4 && lines[4].count > 15, "\(page)")
    }
    for other in ["fov-short", "fov-short-w", "Fov-short-z", "", "fov-short-z\u{301}"] {
      #expect(ProblemPage.text(of: other) == nil, "\(other)")
    }
  }

  @Test func everyWarningHasTheKindOfItsCode() {
    let warnings: [VolumeWarning] =
      AnatomicalAxis.allCases.flatMap { axis in
        [
          .fieldOfViewShort(axis: axis, fieldOfView: 1, expected: 2),
          .fieldOfViewLong(axis: axis, fieldOfView: 1),
        ]
      } + [
        .lungMissing, .seriesChosen(of: 2), .slicesMissing(after: 1, places: 1),
        .spacingConflict(fileAxis: 2, pixdim: 2, affine: 1), .domainUnknown,
        .outsideDomain(about: "x", distance: 2, limit: 1),
      ]
    #expect(
      warnings.map(\.code) == [
        "fov-short-x", "fov-long-x", "fov-short-y", "fov-long-y", "fov-short-z", "fov-long-z",
        "lung-missing", "series-chosen", "slices-missing", "spacing-conflict", "domain-unknown",
        "outside-domain",
      ])
  }

  @Test func statesTheLicense() throws {
    let info = try #require(document["info"] as? [String: Any])
    let license = try #require(info["license"] as? [String: String])
    #expect(license["identifier"] == "Apache-2.0")
    let text = try String(contentsOfFile: "\(Fixtures.checkout)/LICENSE", encoding: .utf8)
    for part in ["Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS"] {
      #expect(text.contains(part))
    }
  }

  @Test func namesEveryProblem() throws {
    let codes = try #require(schema("ProblemCode")["enum"] as? [String])
    #expect(codes == ProblemType.allCases.map(\.rawValue))
  }

  @Test func namesEveryPromptSet() throws {
    let names = try #require(schema("BuiltInPromptSetName")["enum"] as? [String])
    #expect(names == PromptSet.builtIn.map(\.name))
  }

  @Test func showsTheDefaultLimits() throws {
    let properties = try #require(schema("Limits")["properties"] as? [String: [String: Any]])
    let limits = APILimits().json(DiagnosisService())
    // Those that come from the machine's disk have no default.
    let ofTheDisk: Set = ["spool_bytes", "spool_reserve_bytes"]
    #expect(Set(properties.keys) == Set(limits.members.map(\.key)).union(ofTheDisk))
    for (key, value) in limits.members {
      let described = properties[key]?["default"]
      switch value {
      case .number(let number): #expect("\(described ?? "none")" == number.text, "\(key)")
      case .array(let bounds):
        let described = (described as? [Any])?.map { "\($0)" }
        #expect(described == bounds.map { String(decoding: $0.bytes, as: UTF8.self) }, "\(key)")
      default: Issue.record("\(key) is neither a number nor a range")
      }
    }
  }

  @Test func statesTheVersionOfTheProgram() throws {
    let info = try #require(document["info"] as? [String: Any])
    #expect(info["version"] as? String == ServiceAPI.version)
  }

  private func schema(_ name: String) throws -> [String: Any] {
    let components = try #require(document["components"] as? [String: [String: Any]])
    return try #require(components["schemas"]?[name] as? [String: Any])
  }
}
