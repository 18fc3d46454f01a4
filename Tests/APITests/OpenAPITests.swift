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
