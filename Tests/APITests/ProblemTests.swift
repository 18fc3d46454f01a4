import Glibc
import HTTP
import Inference
import StrictJSON
import Testing
import Volumes

@testable import API

@Suite struct ProblemTests {
  @Test(arguments: ProblemType.allCases)
  func everyKindHasItsPage(type: ProblemType) {
    #expect((400...599).contains(type.status))
    #expect(!type.title.isEmpty)
    #expect(!type.explanation.isEmpty)
    let isOurFault = [.internalError, .nonFiniteResult, .jobAbandoned].contains(type)
    #expect((type.status == 500) == isOurFault, "a kind without a page falls through to 500")
  }

  @Test func bodyFollowsRFC9457() {
    var problem = Problem(.queueFull, "64 volumes wait already.", limit: 64, hint: "Wait.")
    problem.retryAfter = 12
    problem = problem.at("/queue")
    let response = problem.response(requestID: "abcdefgh")
    #expect(response.status == 503)
    #expect(response.headers["Retry-After"] == "12")
    #expect(response.headers["Content-Type"] == "application/problem+json")
    #expect(
      String(decoding: response.body, as: UTF8.self) == """
        {"type":"/problems/queue-full","title":"The queue is full","status":503,\
        "detail":"64 volumes wait already.","code":"queue-full",\
        "instance":"urn:brgsa:request:abcdefgh","request_id":"abcdefgh",\
        "errors":[{"pointer":"/queue","message":"64 volumes wait already."}],"limit":64,\
        "hint":"Wait."}
        """)
  }

  @Test func refusalsOfTheHTTPLayerKeepTheirStatus() {
    let cases: [(HTTPError, Int, String)] = [
      (.malformedRequest(.host), 400, "malformed-request"), (.badURI, 400, "bad-uri"),
      (.ambiguousFraming, 400, "ambiguous-framing"),
      (.transferCodingUnsupported, 501, "transfer-coding-unsupported"),
      (.contentCodingUnsupported, 415, "content-coding-unsupported"),
      (.expectationFailed, 417, "expectation-failed"),
      (.uriTooLong(limit: 1, actual: 2), 414, "uri-too-long"),
      (.headerTooLarge(limit: 1, actual: 2), 431, "header-too-large"),
      (.bodyTooLarge(limit: 1, actual: nil), 413, "body-too-large"),
      (.tooManyParts(limit: 16), 413, "too-many-parts"),
      (.multipartMalformed, 400, "multipart-malformed"),
      (.duplicateField(name: "volume"), 400, "duplicate-field"),
      (.unknownField, 422, "unknown-field"), (.missingField(name: "volume"), 400, "missing-field"),
      (.emptyBody, 400, "empty-body"),
      (.unsupportedMediaType(allowed: ["a/b"]), 415, "unsupported-media-type"),
      (.notFound, 404, "not-found"),
      (.methodNotAllowed(allowed: [.get]), 405, "method-not-allowed"),
      (.methodUnknown(supported: [.get]), 501, "method-unknown"),
      (.originForbidden, 403, "origin-forbidden"), (.draining, 503, "draining"),
      (.storageFull, 507, "storage-full"), (.internalFailure, 500, "internal"),
    ]
    for (error, status, code) in cases {
      let problem = Problem(error)
      #expect(problem.type.status == status, "\(error)")
      #expect(problem.type.rawValue == code, "\(error)")
    }
  }

  @Test func hintsHelpWithCurlsFormDefault() {
    let problem = Problem(HTTPError.unsupportedMediaType(allowed: ["application/octet-stream"]))
    #expect(problem.hint == "With curl: -H 'Content-Type: application/octet-stream'")
  }

  @Test func refusedVolumesSayWhatWasFoundAndWhatIsAllowed() {
    let problem = Problem(
      InferenceError.volume(.tooFewSlices(axis: 3, found: 4, allowed: 8)))
    #expect(problem.detail == "dim[3] is 4, at least 8 voxels are needed.")
    #expect(problem.limit == 8)
    #expect(problem.actual == 4)
  }

  @Test func refusedCalibrationsSayWhereAndWhy() {
    let cases: [(CalibrationError, ProblemType, String?)] = [
      (.json(.syntax(offset: 3)), .invalidJSON, nil),
      (.json(.duplicateKey(offset: 3)), .duplicateKey, nil),
      (.tooLarge(bytes: 65_537, limit: 65_536), .bodyTooLarge, nil),
      (.unknownMember(pointer: "/cohort", known: ["name"]), .unknownField, "/cohort"),
      (
        .member(pointer: "/thresholds/3/text", reason: "is missing"), .invalidValue,
        "/thresholds/3/text"
      ),
      (.otherModel(model: "00"), .conflict, "/model_sha256"), (.tooMany(limit: 64), .conflict, nil),
      (.file(errno: ENOSPC), .storageFull, nil), (.file(errno: EROFS), .internalError, nil),
    ]
    for (error, type, pointer) in cases {
      let problem = Problem(error)
      #expect(problem.type == type, "\(error)")
      #expect(problem.errors.first?.pointer == pointer, "\(error)")
    }
  }

  @Test func timestampsAreRFC3339() {
    #expect(Timestamp.rfc3339(secondsSince1970: 0) == "1970-01-01T00:00:00Z")
    #expect(Timestamp.rfc3339(secondsSince1970: 1_795_359_845) == "2026-11-22T15:04:05Z")
  }
}
