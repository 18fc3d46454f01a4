import StrictJSON
import TestSupport
import Testing

@Suite("Depth of JSON") struct DepthTests {
  /// Far beyond any limit, yet read and refused at once.
  static let absurdDepth = 100_000

  @Test("As many arrays or objects within each other as allowed pass, one more is refused")
  func limit() throws {
    for limit in [1, 2, JSON.defaultDepthLimit, 64] {
      for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
        #expect(throws: Never.self, "\(limit)") {
          try JSON(parsing: Self.nested(open, "1", close, limit).utf8, depthLimit: limit)
        }
        #expect(throws: JSONError.tooDeep(limit: limit)) {
          try JSON(parsing: Self.nested(open, "1", close, limit + 1).utf8, depthLimit: limit)
        }
      }
    }
    #expect(throws: JSONError.tooDeep(limit: JSON.defaultDepthLimit)) {
      try JSON(parsing: Self.nested("[", "", "]", JSON.defaultDepthLimit + 1).utf8)
    }
  }

  @Test("A limit of none allows scalars only") func noDepth() throws {
    #expect(try JSON(parsing: "7".utf8, depthLimit: 0) == 7)
    #expect(throws: JSONError.tooDeep(limit: 0)) { try JSON(parsing: "[]".utf8, depthLimit: 0) }
  }

  @Test("Neighbours do not add to the depth") func neighbours() throws {
    let text = "[" + Array(repeating: "[[]]", count: 1000).joined(separator: ",") + "]"
    _ = try JSON(parsing: text.utf8, depthLimit: 3)
  }

  @Test("100 000 open brackets are refused at once", arguments: ["[", #"{"a":"#, #"[{"a":"#])
  func absurd(_ open: String) {
    let isLinear = WorkGrowth.isLinear { share in
      let bytes = Array(
        String(repeating: open, count: Int(share * Double(Self.absurdDepth))).utf8)
      #expect(throws: JSONError.tooDeep(limit: JSON.defaultDepthLimit)) { try JSON(parsing: bytes) }
    }
    #expect(isLinear)
  }

  private static func nested(
    _ open: String, _ inner: String, _ close: String, _ depth: Int
  ) -> String {
    String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
  }
}
