/// Rows about what comes over a connection: tables A to C, H, I and K.
extension HostileRow {
  static let edge: [HostileRow] = [
    .init(
      "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A9", "A10", "A11", "A13", "A15", "A20",
      by: "HostileRequestTests.everyHostileRequestGetsItsAnswerAndLosesItsConnection",
      "RefusalTests.hostileRequest"),
    .init("A8", by: "HostileConnectionTests.noFieldMakesAnotherClientOfOne"),
    .init(
      "A12", by: "HostileConnectionTests.controlCharactersReachNeitherTheLogNorAnAnswer",
      "HostileRequestTests.everyHostileRequestGetsItsAnswerAndLosesItsConnection",
      "RefusalTests.requestID"),
    .init("A14", by: "HostileConnectionTests.whoSaysNothingOrNearlyNothingIsCut"),
    .init(
      "A16", by: "HostileRequestTests.everyHostileRequestGetsItsAnswerAndLosesItsConnection",
      "HostileUploadTests.aFullQueueIsSaidBeforeTheBodyIsAskedFor",
      "KeysTests.whatIsNoKeyOpensNothing", "RefusalTests.expectation"),
    .init(
      "A17", by: "HostileRouteTests.everyPathKnowsItsMethodsAndNoOtherSpelling",
      "HostileRequestTests.everyHostileRequestGetsItsAnswerAndLosesItsConnection",
      "RefusalTests.options"),
    .init(
      "A18", by: "HostileRouteTests.noAcceptIsAnErrorOfTheServer",
      "ArchiveRouteTests.aKeptDiagnosisIsShownInThreeForms"),
    .init(
      "A19", by: "HostileRequestTests.everyHostileRequestGetsItsAnswerAndLosesItsConnection",
      "ServiceTests.whatIsWrongIsRefusedBeforeTheBodyIsRead"),
    .init("A21", by: "HostileUploadTests.halfAMillionChunksCostNoMemory"),
    .init(
      "A22", by: "HostileConnectionTests.manyRequestsInOnePacketAreAnsweredInTheirOrder",
      "RefusalTests.pipelining"),
    .init(
      "A23", by: "HostileConnectionTests.clientsThatLeaveAtAnyMomentHarmNobody",
      "DrainTests.halfClose", "DrainTests.reset"),
    .init(
      "A24", by: "HostileRouteTests.bodiesThatAreMissingOrOfAnotherTypeAreRefused",
      "RefusalTests.hostileRequest"),
    .init(
      "A25", by: "HostileRouteTests.bodiesThatAreMissingOrOfAnotherTypeAreRefused",
      "RefusalTests.hostileRequest"),
    .init(
      "B1", "B2", "B5", by: "HostileFormTests.everyMalformedFormGetsItsCodeAndLeavesNothing",
      "UploadTests.malformedForm"),
    .init(
      "B3", by: "HostileFormTests.everyMalformedFormGetsItsCodeAndLeavesNothing",
      "UploadTests.tooManyParts", "MultipartParserTests.headerByteLimit"),
    .init(
      "B4", by: "HostileFormTests.everyMalformedFormGetsItsCodeAndLeavesNothing",
      "UploadTests.partOrder"),
    .init("B6", by: "MultipartParserTests.everySplit", "UploadTests.splitForm"),
    .init("B7", by: "DiagnosisTests.formsAreReadInEitherOrder", "UploadTests.partOrder"),
    .init(
      "C1", "C2", "C3", "C5", "C7", "C8",
      by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "C4", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "GzipTests.cutAnywhere"),
    .init(
      "C6", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "GzipTests.splitAnywhere"),
    .init(
      "C9", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init("C10", by: "HostileUploadTests.aBodyThatComesByteByByteIsTaken"),
    .init(
      "C11", by: "ZipTests.refusal", "ZipTests.tooManyEntriesAreRefusedByTheirNumber",
      "DICOMServiceTests.badZIPsGetTheirCodesAndLeaveNothing"),
    .init(
      "C12", by: "SeriesTests.refusal", "SeriesChoiceTests.whatIsMeasuredDecidesInItsOrder",
      "SeriesTests.whatIsNoImageIsPassedOver",
      "DICOMServiceTests.badZIPsGetTheirCodesAndLeaveNothing",
      but: "JPEG 2000 without loss and RLE are read, since Debian's dcm2niix reads them bit for bit"
    ),
    .init("H1", by: "KeysTests.whatIsNoKeyOpensNothing", "KeyRingTests.whatIsNoKnownKeyIsNone"),
    .init(
      "H2", by: "KeysTests.whatIsNoKeyOpensNothing",
      "KeyRingTests.manyWrongKeysAreHeldUpAndRightOnesAreNot",
      "KeyRingTests.noneOfManyOtherKeysIsTaken",
      but: "equal times are by construction, as digests are compared; they are not measured"),
    .init("H3", "H4", "H5", by: "KeysTests.whatIsNoKeyOpensNothing"),
    .init(
      "H6", by: "KeysTests.aFileThatOthersMayReadOrThatIsWrongIsRefusedAtStart",
      "KeysTests.keysAllowListeningBeyondLoopback"),
    .init(
      "H7", by: "KeysTests.keysAreChangedWithoutARestart", "KeyRingTests.keysAreReplacedWhileInUse"),
    .init(
      "H8", by: "KeysTests.everyRouteNeedsItsScope",
      "KeyRingTests.withoutKeysAllMayDoAllButSeeMetricsFromAfar",
      "BrowserProtectionTests.figuresThatNeedNoKeyHereNeedAHostOfOurs"),
    .init(
      "H9", by: "KeysTests.whatIsNoKeyOpensNothing",
      "HostileConnectionTests.noFieldMakesAnotherClientOfOne"),
    .init(
      "H10", by: "PrefixTests.othersCannotNameAPrefix",
      "PrefixTests.aProxyThatSendsNoPlainPathIsRefused"),
    .init(
      "I1", by: "ServiceTests.bodyLimitHoldsAtTheLimitAndOneBeyond",
      "HostileUploadTests.aChunkedBodyBeyondTheLimitIsRefusedOrCut"),
    .init(
      "I2", by: "HostileUploadTests.aChunkedBodyBeyondTheLimitIsRefusedOrCut",
      "UploadTests.farBeyondLimit"),
    .init(
      "I3", by: "HostileUploadTests.aBodyThatIsShorterOrLongerThanItsLengthIsNotTakenForAnother",
      "UploadTests.truncatedBody", "UploadTests.surplusBody"),
    .init("I4", by: "ArchiveSearchRouteTests.limitsHoldAtTheLimitAndOneBeyond"),
    .init(
      "I5", by: "HostileConnectionTests.aConnectionTooManyIsToldSoUntilTheSilentOnesAreCut",
      "DrainTests.addressLimit", "DrainTests.connectionLimit"),
    .init("I6", by: "HostileConnectionTests.aProcessWithoutDescriptorsDoesNotSpinAndRecovers"),
    .init(
      "I7", by: "ServiceTests.volumesAreRefusedWhereMemoryIsShortAndTextsAreNot",
      "MemoryHeadroomTests.aGroupHasWhatItsLimitLeavesAndFilesThatCanGo",
      "HeldBytesTests.theLastByteFitsAndOneMoreDoesNot"),
    .init(
      "I8", without: "openapi.yaml has no quota of a key: 429 is for wrong keys only (H2)"),
    .init(
      "I9", by: "ServiceTests.aFullQueueIsRefusedWithATimeToComeBack",
      "HostileUploadTests.aFullQueueIsSaidBeforeTheBodyIsAskedFor",
      "InferenceLaneTests.refusesWhatDoesNotFitInTheQueueAndRecovers"),
    .init("I10", by: "JobServiceTests.whoDoesNotWantToWaitLongerIsToldSo"),
    .init(
      "K1", "K5", by: "HostileConnectionTests.whoSaysNothingOrNearlyNothingIsCut",
      "DrainTests.slowHead"),
    .init(
      "K2", by: "DrainTests.slowBody", "ValueTests.rate",
      but: "the state machine, and the server with a short window; the real one takes 30 s"),
    .init("K3", by: "ValueTests.sending", but: "the state machine only; the real deadline is 30 s"),
    .init(
      "K4", by: "ValueTests.keptAlive", but: "the state machine only; the real deadline is 25 s"),
    .init("K6", by: "ValueTests.pause", but: "the state machine only; the real pause is 20 s"),
  ]
}
