import Diagnoses
import StrictJSON
import TestSupport
import Testing

@testable import API

/// Documents of the store that a response is made from.
@Suite struct DiagnosisFormTests {
  @Test func aDocumentThatIsNotADiagnosisIsRefused() throws {
    let whole = StoredDocument().object
    for member in ["id", "created_at", "volume", "model", "findings", "notice"] {
      let members = whole.members.filter { $0.key != member }
      #expect(throws: Problem.unreadableDiagnosis) { try Self.diagnosis(JSONObject(members)) }
      let others = members + [(key: member, value: "x")]
      guard !["id", "notice"].contains(member) else { continue }
      #expect(throws: Problem.unreadableDiagnosis) { try Self.diagnosis(JSONObject(others)) }
    }
    for finding in ["null", "{}", #"{"index":0,"label":"x","score":null}"#] {
      let document = StoredDocument(findings: [finding]).object
      #expect(throws: Problem.unreadableDiagnosis) { try Self.diagnosis(document) }
    }
  }

  private static func diagnosis(_ document: JSONObject) throws(Problem) -> StoredDiagnosis {
    try DiagnosisForm.diagnosis(in: JSON.object(document).bytes)
  }
}
