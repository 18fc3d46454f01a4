import Calibrations
import Formats
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
    let response = problem.response(requestID: "abcdefgh", prefix: "")
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
      (.originForbidden, 403, "origin-forbidden"),
      (.missingCredentials, 401, "missing-credentials"),
      (.insufficientScope(.admin), 403, "insufficient-scope"),
      (.tooManyFailures(retryAfter: 3), 429, "rate-limited"),
      (.tooManyConnections(limit: 1), 503, "too-many-connections"), (.draining, 503, "draining"),
      (.memoryPressure, 503, "memory-pressure"),
      (.responsesUnread(limit: 1), 503, "memory-pressure"),
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
    #expect(problem.detail == "dim[3] is 4; a volume needs at least 8 voxels.")
    #expect(problem.limit == 8)
    #expect(problem.actual == 4)
  }

  /// A refused format is named, with a way out; a code alone helps nobody.
  @Test(arguments: VolumeError.Container.allCases)
  func everyForeignFormatHasANameAndAWayOut(format: VolumeError.Container) {
    let problem = Problem(VolumeError.containerUnsupported(format))
    #expect(problem.type == .containerUnsupported && problem.type.status == 415)
    #expect(problem.detail == "The file is \(format.name), not NIfTI.")
    #expect((problem.hint?.count ?? 0) > 40, "\(format)")
    let names = VolumeError.Container.allCases.map(\.name)
    #expect(names.count { $0 == format.name } == 1, "\(format)")
  }

  @Test(arguments: [
    (VolumeError.Container.tar, "tar -xf"), (.sevenZip, "7z x"), (.rar, "unrar"),
    (.zstd, "zstd -d"),
    (.metaImage, "SimpleITK"), (.nrrd, "SimpleITK"), (.mgh, "mri_convert"), (.minc, "mnc2nii"),
    (.png, "DICOM or NIfTI"), (.html, "download"),
  ])
  func theWayOutIsACommandWhereThereIsOne(format: VolumeError.Container, command: String) {
    let hint = Problem(VolumeError.containerUnsupported(format)).hint
    #expect(hint?.contains(command) ?? false, "\(format): \(hint ?? "")")
  }

  @Test func shearRefusalsSayWhatStraightensThem() {
    for (cosine, part) in [
      (0.0011, "set_qform"), (0.002, "set_qform"), (0.01, "set_qform"), (0.02, "gantry"),
      (0.3, "resample"),
    ] {
      let problem = Problem(VolumeError.affineInvalid(.sheared(found: cosine, allowed: 0.001)))
      #expect(problem.hint?.contains(part) ?? false, "\(cosine): \(problem.hint ?? "")")
    }
    #expect(Problem(VolumeError.affineInvalid(.singular)).hint == nil)
  }

  @Test(arguments: [
    (1, "bits"), (128, "colours"), (1536, "128-bit"), (1792, "complex"), (7, "unknown"),
  ])
  func refusedVoxelTypesAreNamed(code: Int, word: String) {
    let problem = Problem(VolumeError.datatypeUnsupported(code: code))
    #expect(problem.type == .datatypeUnsupported && problem.detail.contains(word))
    #expect(problem.hint != nil && problem.actual == .integer(code))
  }

  @Test func spacingConflictsShowBothNumbers() throws {
    for (warning, parts) in [
      (
        VolumeWarning.spacingConflict(fileAxis: 1, pixdim: 8.343744, affine: 4.171872),
        ["8.344", "4.172"]
      ),
      (
        .spacingConflict(fileAxis: 2, pixdim: -4, affine: 4), ["pixdim[2] is -4.0", "4.0 mm apart"]
      ),
      (.spacingConflict(fileAxis: 3, pixdim: .infinity, affine: 0.1), ["pixdim[3]", "0.1 mm"]),
    ] {
      guard case .object(let body) = DiagnosisBody.warning(warning),
        case .string(let detail)? = body["detail"]
      else {
        Issue.record("no detail")
        continue
      }
      #expect(body["code"] == "spacing-conflict")
      for part in parts { #expect(detail.contains(part), "\(detail)") }
    }
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
}
