import StrictJSON
import Testing

@Suite("Reading and building objects") struct ReaderTests {
  private struct Refusal: JSONRefusal, Equatable {
    let fault: JSONFault
    init(_ fault: JSONFault) { self.fault = fault }
  }

  private static func reader(_ text: String) throws(Refusal) -> JSONReader<Refusal> {
    try JSONReader(parsing: Array(text.utf8))
  }

  private static func fault(_ body: () throws(Refusal) -> Void) -> JSONFault? {
    do {
      try body()
      return nil
    } catch {
      return error.fault
    }
  }

  @Test("A literal keeps its order, leaves out nil and writes null") func literal() {
    let absent: Int? = nil
    let json: JSON = [
      "b": 1, "absent": absent.map(JSON.integer), "a": .null, "c": .optional(absent, JSON.integer),
    ]
    #expect(json.bytes == Array(#"{"b":1,"a":null,"c":null}"#.utf8))
    let object: JSONObject = ["x": 1, "y": nil]
    #expect(JSON.object(object + ["z": true]).bytes == Array(#"{"x":1,"z":true}"#.utf8))
  }

  @Test("An accessor takes its own kind of value and no other") func accessors() throws {
    let values: [JSON] = [.null, true, 7, .double(1.5), "text", ["a"], [1, 2], ["key": "value"]]
    #expect(values.map(\.text) == [nil, nil, nil, nil, "text", nil, nil, nil])
    #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil, nil, nil])
    #expect(values.map(\.number) == [nil, nil, 7, 1.5, nil, nil, nil, nil])
    #expect(values.map(\.float) == [nil, nil, 7, 1.5, nil, nil, nil, nil])
    #expect(values.map { $0.integer() } == [nil, nil, 7, nil, nil, nil, nil, nil])
    #expect(values.map { $0.array?.count } == [nil, nil, nil, nil, nil, 1, 2, nil])
    #expect(values.map(\.texts) == [nil, nil, nil, nil, nil, ["a"], nil, nil])
    #expect(values.map(\.numbers) == [nil, nil, nil, nil, nil, nil, [1, 2], nil])
    #expect(values.map { $0["key"]?.text } == [nil, nil, nil, nil, nil, nil, nil, "value"])
    #expect(values.map { $0.integer(in: 0...6) } == values.map { _ in nil })
  }

  @Test("A refusal names the place of what is wrong") func places() throws {
    let root = try Self.reader(#"{"a":{"b":["x",2]},"n":1.0,"f":1.5,"flag":true,"nothing":null}"#)
    let object = try root.object(required: ["a"], optional: ["n", "f", "flag", "nothing"])
    let elements = try object.member("a").object(optional: ["b"]).member("b").elements()
    #expect(try elements[0].text() == "x" && elements[0].pointer == "/a/b/0")
    #expect(try object["n"]?.integer() == 1 && object["f"]?.number() == 1.5)
    #expect(try object["flag"]?.bool() == true && object["missing"]?.json == nil)
    let refused: [(fault: JSONFault, body: () throws(Refusal) -> Void)] = [
      (
        .unfit(pointer: "/a/b/1", wanted: "a text"),
        { () throws(Refusal) in
          _ = try elements[1].text()
        }
      ),
      (
        .unfit(pointer: "/f", wanted: "a whole number"),
        { () throws(Refusal) in
          _ = try object["f"]?.integer()
        }
      ),
      (
        .unfit(pointer: "/nothing", wanted: "true or false"),
        { () throws(Refusal) in
          _ = try object["nothing"]?.bool()
        }
      ),
      (
        .unfit(pointer: "/n", wanted: "a list"),
        { () throws(Refusal) in
          _ = try object["n"]?.elements()
        }
      ),
      (.missing(pointer: "/missing"), { () throws(Refusal) in _ = try object.member("missing") }),
      (
        .missing(pointer: "/a/c"),
        { () throws(Refusal) in
          _ = try object["a"]?.object(required: ["c"], optional: ["b"])
        }
      ),
      (
        .unknownMember("b", pointer: "/a", known: ["c"]),
        { () throws(Refusal) in
          _ = try object["a"]?.object(optional: ["c"])
        }
      ),
      (
        .unfit(pointer: "", wanted: "an object"),
        { () throws(Refusal) in
          _ = try Self.reader("[]").object()
        }
      ),
      (.syntax(.syntax(offset: 1)), { () throws(Refusal) in _ = try Self.reader("[") }),
    ]
    for (fault, body) in refused { #expect(Self.fault(body) == fault) }
  }

  @Test("A nullable member that is null is absent; any other null stays") func nullable() throws {
    let object = try Self.reader(#"{"a":null,"b":null}"#).object(
      optional: ["a", "b"], nullable: ["a"])
    #expect(object["a"]?.json == nil && object["b"]?.json == .null)
  }
}
