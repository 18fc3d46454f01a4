/// Rows about volumes and texts: tables D to F.
extension HostileRow {
  static let input: [HostileRow] = [
    .init(
      "D1", "D2", "D3", "D4", "D5", "D7", "D8", "D9", "D10", "D11", "D12", "D13", "D14", "D16",
      "D17", "D18", "D19", "D20", "D21", "D22", "D23", "D24", "E1", "E2", "E5", "E9", "E10", "E11",
      by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D6", "D15", "E14",
      by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.refusedAtTheHeader"),
    .init(
      "D25", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "OrientationTests.sameInput"),
    .init(
      "D26", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HounsfieldPlausibilityTests.otherPartsOfTheBodyAreFound",
      "DoctorVolumesTests.impossibleFieldsOfViewAreNamed",
      but:
        "a head or belly is told by lung-missing, the name of low-ct-plausibility in openapi.yaml; by histograms, not by a real CT"
    ),
    .init(
      "D27", by: "HostileTextTests.whatNamesAPatientIsNeitherLoggedNorReturned",
      "HostileVolumeServiceTests.noRefusalRepeatsTheHeadersText"),
    .init(
      "E3", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.nonFiniteCount"),
    .init(
      "E4", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.hounsfieldRange"),
    .init(
      "E6", "E7",
      by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HounsfieldPlausibilityTests.anotherZeroIsFound"),
    .init(
      "E8", "E12",
      by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HounsfieldPlausibilityTests.otherScalesAreFound"),
    .init(
      "E13", by: "HostileLoadTests.denormalVoxelsTakeNoLongerThanOthers",
      "WorkerPoolTests.denormals", "TensorTests.flushed"),
    .init(
      "F1", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchRouteTests.brokenOrForeignJSONIsRefusedOnEveryRoute",
      "ReadingTests.loneSurrogates"),
    .init(
      "F2", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchRouteTests.brokenOrForeignJSONIsRefusedOnEveryRoute",
      "ReadingTests.byteOrderMark"),
    .init(
      "F3", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchRouteTests.brokenOrForeignJSONIsRefusedOnEveryRoute",
      "ReadingTests.duplicateKeys"),
    .init(
      "F4", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchRouteTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "ReadingTests.grammar"),
    .init(
      "F5", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchRouteTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "NumberTests.numbers"),
    .init(
      "F6", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchRouteTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "DepthTests.absurd"),
    .init(
      "F7", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchRouteTests.brokenOrForeignJSONIsRefusedOnEveryRoute",
      "ServiceTests.refusalsPointAtTheClientsOwnElement"),
    .init(
      "F8", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchRouteTests.limitsHoldAtTheLimitAndOneBeyond"),
    .init(
      "F9", by: "ArchiveSearchRouteTests.oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped",
      "TokenizationTests.linear"),
    .init(
      "F10", by: "ArchiveSearchRouteTests.oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped",
      "VocabularyTests.normalForms", "VolumeTests.keysAreBytes"),
    .init(
      "F11", by: "HostileTextTests.aTextThatIsLongerThanTheModelReadsSaysSo",
      "TokenizationTests.truncation"),
    .init(
      "F12", by: "ArchiveSearchRouteTests.oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped",
      "ArchiveRouteTests.aKeptDiagnosisIsShownInThreeForms"),
    .init(
      "F13", by: "HostileTextTests.whatNamesAPatientIsNeitherLoggedNorReturned",
      "MetricsTests.everythingThatHappensIsMeasuredAndNothingOfARequestIsShown"),
    .init("F14", by: "ArchiveSearchRouteTests.oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped"),
    .init("F15", by: "HostileModelTests.aScoreThatIsNoNumberIsAnErrorAndNothingIsKept"),
  ]
}
