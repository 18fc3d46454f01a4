import Foundation
import Testing

@testable import DICOM

/// Who owns a folder with patients' files, and when it goes.
@Suite struct PrivateFolderTests {
  private let worker = Worker()

  /// Makes a folder as a process that was killed leaves it.
  private func leave(_ name: String) throws {
    let path = "\(worker.folder)/\(name)"
    try FileManager.default.createDirectory(
      atPath: "\(path)/in", withIntermediateDirectories: true)
    #expect(FileManager.default.createFile(atPath: "\(path)/in/0.dcm", contents: Data([1])))
  }

  /// The names of the folders for work.
  private var folders: [String] { worker.left.filter { $0.hasPrefix("series-") } }

  @Test func whatAKilledProcessLeftGoesAtTheStartHoweverYoungItIs() throws {
    defer { worker.remove() }
    for name in ["series-dead", "series-empty/in", "series-old"] { try leave(name) }
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -100)],
      ofItemAtPath: "\(worker.folder)/series-old")
    try Data([1]).write(to: URL(fileURLWithPath: "\(worker.folder)/kept-job_1"))
    _ = SeriesConverter(workFolder: worker.folder)
    #expect(worker.left == ["kept-job_1"])
  }

  @Test func eachConversionRemovesWhatWasLeftMeanwhile() throws {
    defer { worker.remove() }
    let converter = SeriesConverter(workFolder: worker.folder)
    try leave("series-dead")
    #expect(
      worker.outcome([1, 2, 3], parts: [3])
        == .failure(.noImages(files: 1, found: [.init(kind: .notDICOM, count: 1)])))
    #expect(worker.left.isEmpty)
    try leave("series-dead")
    converter.removeAbandoned()
    #expect(worker.left.isEmpty)
  }

  @Test func whatIsInUseStaysHoweverOldItIs() throws {
    defer { worker.remove() }
    let inUse = try PrivateFolder(in: worker.folder)
    try inUse.makeFolder("in")
    for name in folders {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -100_000)],
        ofItemAtPath: "\(worker.folder)/\(name)")
    }
    _ = SeriesConverter(workFolder: worker.folder)
    let other = try PrivateFolder(in: worker.folder)
    #expect(folders.count == 2)
    #expect(try inUse.files(in: "in").isEmpty)
    withExtendedLifetime(other) {}
  }

  /// Between making a folder and locking it, another process may look for abandoned ones.
  @Test func aFolderThatIsSweptBeforeItIsLockedIsMadeAgain() throws {
    defer { worker.remove() }
    var made = 0
    let folder = try PrivateFolder(in: worker.folder) {
      made += 1
      if made < 4 { PrivateFolder.removeAbandoned(in: worker.folder) }
    }
    #expect(made == 4 && folders.count == 1)
    try folder.makeFolder("in")
    #expect(try folder.files(in: "in").isEmpty)
  }

  @Test func aFolderThatAnotherLockedFirstIsLeftToIt() throws {
    defer { worker.remove() }
    var others: [Int32] = []
    let folder = try PrivateFolder(in: worker.folder) {
      guard others.count < 2 else { return }
      for name in folders {
        let descriptor = open("\(worker.folder)/\(name)", O_RDONLY | O_DIRECTORY)
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
          others.append(descriptor)
        } else {
          close(descriptor)
        }
      }
    }
    // The other one's are not ours to remove.
    #expect(others.count == 2 && folders.count == 3)
    for descriptor in others { close(descriptor) }
    try folder.makeFolder("in")
    PrivateFolder.removeAbandoned(in: worker.folder)
    #expect(folders.count == 1)
  }

  @Test func itGivesUpIfEveryFolderIsTaken() {
    defer { worker.remove() }
    #expect(throws: SeriesError.inputOutput(errno: EBUSY)) {
      try PrivateFolder(in: worker.folder) {
        PrivateFolder.removeAbandoned(in: worker.folder)
      }
    }
    #expect(worker.left.isEmpty)
  }

  @Test func linksAreNotFollowed() throws {
    defer { worker.remove() }
    let other = Worker()
    defer { other.remove() }
    try Data([1]).write(to: URL(fileURLWithPath: "\(other.folder)/precious"))
    try leave("series-dead")
    for link in ["series-link", "series-dead/in/link"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(worker.folder)/\(link)", withDestinationPath: other.folder)
    }
    PrivateFolder.removeAbandoned(in: worker.folder)
    #expect(other.left == ["precious"])
    #expect(worker.left == ["series-link"])
  }
}
