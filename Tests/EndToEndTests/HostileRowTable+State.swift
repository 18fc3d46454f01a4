/// Rows about what the service keeps, runs on and is told: tables G, J and L to O.
extension HostileRow {
  static let state: [HostileRow] = [
    .init(
      "G1", by: "ArchiveRouteTests.manyAtOnceKeepOneVolume",
      "ArchiveRouteTests.aKnownVolumeCostsNothingAndCompressedOnesAreTheSame",
      "SingleFlightTests.fiftyCallersAtOnceAreOneWork"),
    .init("G2", by: "JobServiceTests.theSameKeyIsTheSameJob"),
    .init("G3", by: "ArchiveRouteTests.identitiesThatAreNoneAreNotFound"),
    .init("G4", by: "ArchiveSearchRouteTests.brokenOrForeignJSONIsRefusedOnEveryRoute"),
    .init("G5", by: "HostileTextTests.nothingIsFoundInAnEmptyStore"),
    .init(
      "G6", by: "ArchiveRouteTests.aVolumeIsDeletedOnceAndSearchedNoMore",
      "HostileLoadTests.deletesAndPostsOfOneVolumeHaveAnOrder", "SearchTests.snapshots"),
    .init(
      "G7", by: "ArchiveStateTests.embeddingsOfAnotherModelAreNeitherSearchedNorUsed",
      "VolumeTests.spacesNeverMix"),
    .init(
      "G8", by: "HostileStoreTests.aDamagedStoreLosesRowsAndNeverGivesAWrongOne",
      "QuarantineTests.aWrongRowIsSetAsideCountedAndMayComeAgain",
      "QuarantineTests.numbersThatAreNotFiniteAreSetAsideThoughTheirChecksumIsRight"),
    .init(
      "G9", without: "takes minutes and 4 GB; measured by hand, figures in Performance.md"),
    .init(
      "G10", by: "ArchiveFaultTests.anErasedVolumeLeavesNoByte",
      "ErasureTests.noByteOfADeletedVolumeStaysInTheFiles"),
    .init(
      "J1", by: "HostileLoadTests.equalVolumesAtOnceAreEncodedOnce",
      "SingleFlightTests.fiftyCallersAtOnceAreOneWork"),
    .init("J2", by: "HostileLoadTests.differentVolumesAtOnceHaveTheScoresThatTheyHaveAlone"),
    .init("J3", by: "HostileLoadTests.textsDoNotWaitForVolumes"),
    .init(
      "J4", by: "HostileLoadTests.whoDoesNotWaitLosesItsPlaceAndNobodyElseDoes",
      "InferenceLaneTests.dropsQueuedWorkThatIsCancelled",
      "InferenceLaneTests.tellsRunningWorkThatItIsCancelled",
      "SingleFlightTests.whoLeavesIsLetGoAndTheWorkEndsWithTheLast"),
    .init(
      "J5", by: "HostileLoadTests.deletesAndPostsOfOneVolumeHaveAnOrder",
      "VolumeTests.deletesThatRaceWithAddsAndReadsLeaveNothingHalf"),
    .init("J6", by: "HostileConnectionTests.connectionsThatComeAndGoLeaveNoDescriptor"),
    .init("J7", by: "ProductTests.concurrentCallers"),
    .init(
      "L1", by: "HostileModelTests.aModelThatIsNotRightIsRefusedInOneLineThatSaysWhy",
      "HostileWeightsTests.containers", "ManifestTests.missing"),
    .init(
      "L2", "L9", by: "HostileModelTests.aModelThatIsNotRightIsRefusedInOneLineThatSaysWhy",
      "HostileWeightsTests.containers"),
    .init(
      "L3", by: "HostileModelTests.aModelThatIsNotRightIsRefusedInOneLineThatSaysWhy",
      "HostileWeightsTests.missing", "HostileWeightsTests.unexpected", "HostileWeightsTests.shapes",
      "HostileWeightsTests.formats"),
    .init(
      "L4", by: "HostileModelTests.aModelThatIsNotRightIsRefusedInOneLineThatSaysWhy",
      "HostileWeightsTests.notFinite", "HostileWeightsTests.allZero"),
    .init(
      "L5", by: "HostileModelTests.aModelThatIsNotRightIsRefusedInOneLineThatSaysWhy",
      "ManifestTests.damaged", "ManifestTests.truncated"),
    .init(
      "L6", by: "HostileModelTests.aModelThatIsNotRightIsRefusedInOneLineThatSaysWhy",
      "VocabularyTests.count"),
    .init(
      "L7", by: "HostileModelTests.aRunningServiceDoesNotNoticeThatItsModelsFilesGo",
      "HostileWeightsTests.filesGo", "HostileWeightsTests.shrinks"),
    .init(
      "L8", by: "HostileModelTests.aModelThatFailsItsSelfTestIsNeverReady",
      "SelfTestTests.changedWeight"),
    .init("M1", by: "HostileUploadTests.aSpoolWithoutRoomIsSaidAndForgotten", "ValueTests.full"),
    .init(
      "M2", by: "ArchiveFaultTests.aFullDiskLosesNothingAndIsForgottenWhenThereIsRoom",
      "FullDiskTests.aFullDiskRefusesWritesLosesNothingAndRecovers"),
    .init(
      "M3", by: "ArchiveFaultTests.aFullDiskLosesNothingAndIsForgottenWhenThereIsRoom",
      "FullDiskTests.aStoreOnAFullDiskOpensOrSaysSoAndOpensLater",
      but: "full for a moment, not for ten minutes"),
    .init(
      "M4", by: "ArchiveStateTests.aDiskThatDoesNotTakeWhatIsWrittenEndsTheService",
      "LostWriteTests.endsAllWritingAndIsToldOnce"),
    .init(
      "M5", by: "HostileSurroundingsTests.aSpoolThatIsNotOursAloneIsRefusedAtTheStart",
      "ArchiveFaultTests.aPlaceThatCannotBeWrittenIsRefusedAtTheStart",
      "SettingsTests.aLinkAFolderAndAMissingParentAreRefused",
      "FullDiskTests.aDiskThatIsOnlyReadIsRefused"),
    .init(
      "M6", by: "HostileSurroundingsTests.aLogThatCannotBeWrittenHoldsUpNobody",
      "AuditLogTests.aLogOnAFullDiskHoldsUpNobodyAndSaysWhatIsMissing"),
    .init(
      "N1", by: "ArchiveStateTests.aForeignLockHoldsUpWritesForTwoSecondsAndReadsNotAtAll",
      "SettingsTests.whileAnotherHoldsTheLockWritesAreBusyAndReadsGoOn"),
    .init(
      "N2", by: "HostileStoreTests.aDamagedStoreLosesRowsAndNeverGivesAWrongOne",
      "ArchiveFaultTests.aDamagedFileIsSetAsideAndTheServiceStarts",
      "DamageTests.eachPageOverwrittenCostsThePageAtMost",
      "DamageTests.aZeroedHeaderOrFirstPageCostsNothing", "DamageTests.aFileCutAnywhereOpens",
      "DamageTests.aKilledStoresLogIsReadWithOrWithoutItsIndexAndGarbageInItIsNotBelieved"
    ),
    .init("N3", by: "ArchiveStateTests.damageThatComesWhileInUseCostsTheStoreAndNoFindings"),
    .init(
      "N4", by: "ArchiveStateTests.aLaterProgramsStoreIsRefusedAndNotTouched",
      "SettingsTests.aFileOfALaterProgramIsRefusedUntouched"),
    .init(
      "N5", by: "ArchiveFaultTests.whatWasAcknowledgedIsThereAfterAKill",
      "DamageTests.aCrashAtAnyStepOfTheSwapEndsInTheNewFile"),
    .init(
      "N6", by: "ArchiveFaultTests.aSecondProcessIsRefusedButMayCheckAndCopy",
      "SettingsTests.anotherOpeningOfTheSameFileIsRefusedUntilTheFirstIsClosed"),
    .init(
      "O1", by: "HostileSignalTests.aDrainFinishesWhatCanBeFinishedAndRefusesWhatIsNew",
      "ServiceTests.aSignalStopsTheServiceCleanly",
      "ServiceTests.aSignalInTheMiddleOfTheWorkStopsTheServiceCleanly", "DrainTests.impatient"),
    .init("O2", by: "HostileSignalTests.aSecondSignalEndsAtOnceAndLosesNothing"),
    .init(
      "O3", by: "HostileSignalTests.straySignalsEndNothing",
      "HostileSignalTests.aProcessThatStoodStillCutsNobodyForIt"),
    .init(
      "O4", by: "HostileSignalTests.aKillInTheMiddleOfUploadsLeavesTheStoreAndNoFile",
      "ArchiveFaultTests.whatWasAcknowledgedIsThereAfterAKill"),
    .init("O5", by: "HostileSurroundingsTests.aClockThatJumpsCutsNobody"),
    .init("O6", by: "HostileSurroundingsTests.neitherPlaceNorLanguageChangesAnAnswer"),
    .init("O7", by: "HostileSurroundingsTests.closedStandardDescriptorsAreNobodysFiles"),
  ]
}
