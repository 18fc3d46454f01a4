import Calibrations
import HTTP
import Inference
import StrictJSON
import Testing

@testable import API

@Suite struct DiagnosisParametersTests {
  private static let template = PromptTemplate("There is {term}")

  @Test func readsTheQueryInItsOrder() throws {
    let parameters = try Self.parse([
      ("prompt", "lung nodule"), ("top_k", "3"), ("prompt", "There are cysts"),
      ("all_components", "true"), ("include_embedding", "0"),
    ])
    #expect(parameters.prompts.map(\.texts) == [["There is lung nodule"], ["There are cysts"]])
    #expect(parameters.topK == 3)
    #expect(parameters.showsAllComponents)
    #expect(!parameters.includesEmbedding)
  }

  /// As PHP, jQuery and axios write lists, and Python its truth.
  @Test func readsTheSpellingsOfOtherClients() throws {
    let parameters = try Self.parse([
      ("prompt[]", "gas"), ("prompt[1]", "cysts"), ("persist", "False"), ("all_components", "TRUE"),
      ("prompt_set[]", "ct-rate-18"),
    ])
    #expect(parameters.prompts.prefix(2).map(\.texts) == [["There is gas"], ["There is cysts"]])
    #expect(parameters.prompts.count == 20)
    #expect(parameters.persists == false && parameters.showsAllComponents)
    for name in ["prompt[x]", "prompt[", "top_k[]", "persist[]", "[]"] {
      #expect(throws: Problem.self) { _ = try Self.parse([(name, "1")]) }
    }
    for value in ["yes", "none", "", "truе", "tru"] {
      #expect(throws: Problem.self) { _ = try Self.parse([("persist", value)]) }
    }
  }

  @Test func readsTheJSONPart() throws {
    let parameters = try Self.parse(
      json: """
        {"prompts":["pneumothorax",{"label":"Effusion","text":"There is Pleural effusion",
        "negative":"There is no Pleural effusion"},{"texts":["There is gas","There is free gas"]}],
        "options":{"top_k":18,"include_embedding":true,"all_components":false,"calibration":"a"}}
        """)
    #expect(
      parameters.prompts == [
        Prompt("pneumothorax", template: PromptTemplate("There is {term}")),
        Prompt(
          label: "Effusion", texts: ["There is Pleural effusion"],
          negative: "There is no Pleural effusion"),
        Prompt(label: "There is gas", texts: ["There is gas", "There is free gas"]),
      ])
    #expect(parameters.topK == 18)
    #expect(parameters.calibration == "a")
    #expect(parameters.includesEmbedding)
  }

  @Test func aPromptSetStandsWhereItWasNamed() throws {
    let parameters = try Self.parse([("prompt", "gas"), ("prompt_set", "ct-rate-18")])
    #expect(parameters.prompts.count == 19)
    #expect(parameters.prompts.last?.texts == ["There is Interlobular septal thickening"])
  }

  @Test(
    arguments: [
      ([("promt", "x")], nil, ProblemType.unknownField, ""),
      ([("prompt", " \n")], nil, .promptEmpty, "/prompts/0"),
      ([("prompt_set", "ct-rate-19")], nil, .unknownPromptSet, "/prompt_set"),
      ([("top_k", "many")], nil, .invalidValue, "/options/top_k"),
      ([("top_k", "1"), ("top_k", "1")], nil, .duplicateField, "/options/top_k"),
      ([("calibration", "a"), ("calibration", "a")], nil, .duplicateField, "/options/calibration"),
      ([], "{\"options\":{\"calibration\":null}}", .invalidValue, "/options/calibration"),
      ([("all_components", "yes")], nil, .invalidValue, "/options/all_components"),
      ([], "[]", .invalidValue, ""),
      ([], "{\"prompt\":\"x\"}", .unknownField, ""),
      ([], "{\"prompts\":\"x\"}", .invalidValue, "/prompts"),
      ([], "{\"prompts\":[1]}", .invalidValue, "/prompts/0"),
      ([], "{\"prompts\":[{\"label\":\"x\"}]}", .invalidValue, "/prompts/0"),
      ([], "{\"prompts\":[{\"text\":\"x\",\"texts\":[\"y\"]}]}", .invalidValue, "/prompts/0"),
      ([], "{\"prompts\":[{\"texts\":[]}]}", .invalidValue, "/prompts/0"),
      ([], "{\"prompts\":[{\"texts\":[\"a\",2]}]}", .invalidValue, "/prompts/0/texts/1"),
      ([], "{\"prompts\":[{\"text\":\"x\",\"weight\":2}]}", .unknownField, "/prompts/0"),
      ([], "{\"options\":{\"persists\":true}}", .unknownField, "/options"),
      ([], "{\"options\":{\"top_k\":1.5}}", .invalidValue, "/options/top_k"),
      ([], "{\"options\":null}", .invalidValue, "/options"),
      ([("top_k", "2")], "{\"options\":{\"top_k\":2}}", .duplicateField, "/options/top_k"),
    ] as [([(String, String)], String?, ProblemType, String)])
  func refusesWithAPointer(
    query: [(String, String)], json: String?, type: ProblemType, pointer: String
  ) throws {
    let problem = try #require(throws: Problem.self) { _ = try Self.parse(query, json: json) }
    #expect(problem.type == type)
    #expect(problem.errors.map(\.pointer) == [pointer])
  }

  @Test(arguments: [
    ("{\"prompts\":[\"a\",]}", ProblemType.invalidJSON), ("", .invalidJSON),
    ("{\"top\":1,\"top\":2}", .duplicateKey), ("{\"a\":\"\\ud800\"}", .invalidJSON),
    (String(repeating: "[", count: 100_000), .invalidJSON),
  ])
  func refusesBrokenJSON(json: String, type: ProblemType) throws {
    let problem = try #require(throws: Problem.self) { _ = try Self.parse(json: json) }
    #expect(problem.type == type)
  }

  @Test func refusalsNeverRepeatWhatWasSent() throws {
    let secret = "SMITH4711"
    let requests: [([(String, String)], String?)] = [
      ([(secret, "1")], nil), ([("prompt_set", secret)], nil), ([("top_k", secret)], nil),
      ([], "{\"\(secret)\":1}"), ([], "{\"prompts\":[{\"\(secret)\":1}]}"),
      ([], "{\"prompts\":[{\"text\":\"\(secret)\",\"texts\":1}]}"), ([], secret),
    ]
    for (query, json) in requests {
      let problem = try #require(throws: Problem.self) { _ = try Self.parse(query, json: json) }
      let body = String(decoding: problem.json(requestID: "request-1").bytes, as: UTF8.self)
      #expect(!body.contains(secret))
    }
  }

  private static func parse(
    _ query: [(String, String)] = [], json: String? = nil
  ) throws -> DiagnosisParameters {
    try DiagnosisParameters(
      query: query.map { QueryItem(name: $0.0, value: $0.1) },
      json: json.map { Array($0.utf8) }, prompts: PromptReading(template: template))
  }
}
