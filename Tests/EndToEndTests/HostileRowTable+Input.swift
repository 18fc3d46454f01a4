/// Rows about volumes and texts: tables D to F.
extension HostileRow {
  static let input: [HostileRow] = [
    .init(
      "D1", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D2", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D3", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D4", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D5", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D6", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.refusedAtTheHeader"),
    .init(
      "D7", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D8", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D9", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D10", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D11", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D12", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D13", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D14", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D15", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.refusedAtTheHeader"),
    .init(
      "D16", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D17", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D18", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D19", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D20", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D21", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D22", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D23", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D24", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "D25", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "OrientationTests.sameInput"),
    .init(
      "D26", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HounsfieldDoctorTests.otherPartsOfTheBodyAreFound",
      "DoctorVolumesTests.impossibleFieldsOfViewAreNamed",
      but:
        "a head or belly is told by lung-missing, the name of low-ct-plausibility in openapi.yaml; by histograms, not by a real CT"
    ),
    .init(
      "D27", by: "HostileTextTests.whatNamesAPatientIsNeitherLoggedNorReturned",
      "HostileVolumeServiceTests.noRefusalRepeatsTheHeadersText"),
    .init(
      "E1", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "E2", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "E3", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.nonFiniteCount"),
    .init(
      "E4", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.hounsfieldRange"),
    .init(
      "E5", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "E6", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HounsfieldDoctorTests.anotherZeroIsFound"),
    .init(
      "E7", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HounsfieldDoctorTests.anotherZeroIsFound"),
    .init(
      "E8", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HounsfieldDoctorTests.otherScalesAreFound"),
    .init(
      "E9", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "E10", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "E11", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.answer"),
    .init(
      "E12", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HounsfieldDoctorTests.otherScalesAreFound"),
    .init(
      "E13", by: "HostileLoadTests.denormalVoxelsTakeNoLongerThanOthers",
      "WorkerPoolTests.denormals", "TensorTests.flushed"),
    .init(
      "E14", by: "HostileVolumeServiceTests.everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores",
      "HostileVolumeTests.refusedAtTheHeader"),
    .init(
      "F1", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "ReadingTests.loneSurrogates"),
    .init(
      "F2", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "ReadingTests.byteOrderMark"),
    .init(
      "F3", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "ReadingTests.duplicateKeys"),
    .init(
      "F4", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "ReadingTests.grammar"),
    .init(
      "F5", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "NumberTests.numbers"),
    .init(
      "F6", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchTests.brokenOrForeignJSONIsRefusedOnEveryRoute", "DepthTests.absurd"),
    .init(
      "F7", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchTests.brokenOrForeignJSONIsRefusedOnEveryRoute",
      "ServiceTests.refusalsPointAtTheClientsOwnElement"),
    .init(
      "F8", by: "HostileTextTests.everyOddBodyGetsItsAnswerAndItsPlace",
      "ArchiveSearchTests.limitsHoldAtTheLimitAndOneBeyond"),
    .init(
      "F9", by: "ArchiveSearchTests.oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped",
      "TokenizationTests.linear"),
    .init(
      "F10", by: "ArchiveSearchTests.oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped",
      "VocabularyTests.normalForms", "VolumeTests.keysAreBytes"),
    .init(
      "F11", by: "HostileTextTests.aTextThatIsLongerThanTheModelReadsSaysSo",
      "TokenizationTests.truncation"),
    .init(
      "F12", by: "ArchiveSearchTests.oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped",
      "ArchiveTests.aKeptDiagnosisIsShownInThreeForms"),
    .init(
      "F13", by: "HostileTextTests.whatNamesAPatientIsNeitherLoggedNorReturned",
      "MetricsTests.everythingThatHappensIsMeasuredAndNothingOfARequestIsShown"),
    .init("F14", by: "ArchiveSearchTests.oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped"),
    .init("F15", by: "HostileModelTests.aScoreThatIsNoNumberIsAnErrorAndNothingIsKept"),
  ]
}
