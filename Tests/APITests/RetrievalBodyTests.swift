import StrictJSON
import Testing

@testable import API
@testable import Inference
@testable import Search

@Suite struct RetrievalBodyTests {
  @Test func onlyAnOldStateIsDated() {
    func body(_ asOf: Int?) -> JSON {
      let answer = RetrievalAnswer(
        result: SearchResult(hits: [], searched: 0), text: nil, asOf: asOf)
      return RetrievalBody.json(answer, target: .volumes, notice: "n")
    }
    #expect(body(nil)["as_of"] == nil)
    #expect(body(1_795_939_445)["as_of"]?.text == "2026-11-29T08:04:05Z")
  }
}
