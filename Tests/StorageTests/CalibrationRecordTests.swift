import Testing

@testable import Storage

/// Stored calibrations, and the import of those that were files.
@Suite struct CalibrationRecordTests {
  @Test(arguments: Place.allCases)
  func oneIsStoredReplacedAndDeleted(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      #expect(try await store.putCalibration(Self.record("ward", [1]), limit: 2) == .added)
      #expect(
        try await store.putCalibration(Self.record("ward", [1], at: 9), limit: 2) == .replaced)
      // The same document again changes nothing.
      #expect(try store.calibrationsNow(model: "a") == [Self.record("ward", [1])])
      #expect(try await store.putCalibration(Self.record("ward", [2]), limit: 2) == .replaced)
      #expect(try await store.putCalibration(Self.record("also", [3]), limit: 2) == .added)
      #expect(
        try store.calibrationsNow(model: "a") == [
          Self.record("also", [3]), Self.record("ward", [2]),
        ])
      #expect(try await store.deleteCalibration("ward", model: "a", at: 7))
      #expect(try await !store.deleteCalibration("ward", model: "a", at: 8))
      #expect(try await !store.deleteCalibration("none", model: "a", at: 8))
      #expect(try store.calibrationsNow(model: "a").map(\.name) == ["also"])
      #expect(try await store.putCalibration(Self.record("ward", [4]), limit: 2) == .added)
      #expect(try store.calibrationsNow(model: "a").count == 2)
      #expect(try store.check().isEmpty)
    }
  }

  @Test(arguments: Place.allCases)
  func eachModelHasItsOwnAndALimit(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      #expect(try await store.putCalibration(Self.record("x", [1]), limit: 1) == .added)
      #expect(try await store.putCalibration(Self.record("y", [1]), limit: 1) == .limitReached)
      #expect(try await store.putCalibration(Self.record("x", [2]), limit: 1) == .replaced)
      let other = CalibrationRecord(name: "x", model: "b", createdAt: 1, document: [5])
      #expect(try await store.putCalibration(other, limit: 1) == .added)
      #expect(try store.calibrationsNow(model: "a") == [Self.record("x", [2])])
      #expect(try store.calibrationsNow(model: "b") == [other])
      #expect(try await store.deleteCalibration("x", model: "b", at: 2))
      #expect(try store.calibrationsNow(model: "a").count == 1)
      // A deleted one does not count.
      let more = CalibrationRecord(name: "y", model: "b", createdAt: 1, document: [6])
      #expect(try await store.putCalibration(more, limit: 1) == .added)
      await #expect(throws: StoreError.unfit) {
        try await store.putCalibration(Self.record("x", []), limit: 1)
      }
    }
  }

  @Test(arguments: Place.allCases)
  func anImportTouchesNothingThatTheStoreKnows(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for name in ["same", "other", "gone"] {
        _ = try await store.putCalibration(Self.record(name, [1]), limit: 9)
      }
      _ = try await store.deleteCalibration("gone", model: "a", at: 5)
      let files = [("same", 1), ("other", 2), ("gone", 1), ("new", 3), ("late", 4)]
        .map { Self.record($0.0, [UInt8($0.1)], at: 99) }
      let outcomes = try await store.importCalibrations(files, limit: 3)
      #expect(outcomes == [.replaced, .differs, .deleted, .added, .limitReached])
      #expect(
        try store.calibrationsNow(model: "a") == [
          Self.record("new", [3], at: 99), Self.record("other", [1]), Self.record("same", [1]),
        ])
      // The next start finds nothing to do.
      let again = try await store.importCalibrations(files, limit: 3)
      #expect(again == [.replaced, .differs, .deleted, .replaced, .limitReached])
    }
  }

  @Test(arguments: Place.allCases)
  func namesOfDeletedOnesAreRememberedUpToALimit(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      _ = try await store.putCalibration(Self.record("stays", [1]), limit: 9)
      _ = try await store.putCalibration(Self.record("first", [1]), limit: 9)
      _ = try await store.deleteCalibration("first", model: "a", at: 1)
      #expect(
        try await store.importCalibrations([Self.record("first", [1])], limit: 9) == [.deleted])
      for n in 0..<600 {
        _ = try await store.putCalibration(Self.record("n\(n)", [1]), limit: 9)
        _ = try await store.deleteCalibration("n\(n)", model: "a", at: 1)
      }
      let count = try store.readingNow { database, _ in
        try database.integer("SELECT count(*) FROM calibration") ?? 0
      }
      #expect(count <= 1002)
      #expect(try store.calibrationsNow(model: "a") == [Self.record("stays", [1])])
    }
  }

  @Test(arguments: Place.allCases)
  func aWrongRowIsNotUsedAndMakesWay(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for name in ["one", "two", "three"] {
        _ = try await store.putCalibration(Self.record(name, [1]), limit: 9)
      }
      try store.spoil("UPDATE calibration SET document = x'02' WHERE number = 1")
      #expect(try store.check().isEmpty == (place != .postgres))
      #expect(try store.calibrationsNow(model: "a").map(\.name) == ["three", "two"])
      #expect(store.quarantined == 1)
      try store.spoil("UPDATE calibration SET created_at = 5 WHERE document = x'01'")
      #expect(try await store.putCalibration(Self.record("two", [7]), limit: 9) == .added)
      #expect(try await !store.deleteCalibration("three", model: "a", at: 1))
      #expect(try store.calibrationsNow(model: "a") == [Self.record("two", [7])])
      #expect(try store.check().isEmpty)
    }
  }

  @Test func namesAndDocumentsMayHaveAnyBytes() async throws {
    for place in Place.allCases {
      try await place.withStore { (store) async throws in
        let record = CalibrationRecord(
          name: "a\0b", model: "\0", createdAt: -1, document: [0, 255, 0])
        _ = try await store.putCalibration(record, limit: 1)
        #expect(try store.calibrationsNow(model: "\0") == [record])
        #expect(try store.calibrationsNow(model: "").isEmpty)
      }
    }
  }

  private static func record(
    _ name: String, _ document: [UInt8], at time: Int = 1
  ) -> CalibrationRecord {
    CalibrationRecord(name: name, model: "a", createdAt: time, document: document)
  }
}
