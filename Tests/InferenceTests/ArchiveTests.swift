import Embeddings
import Glibc
import Search
import Storage
import Tensors
import TestSupport
import Testing
import Volumes

@testable import Archives
@testable import Inference

@Suite struct ArchiveTests {
  @Test func descriptionsReadBackToTheSameBits() {
    let warnings: [VolumeWarning] = [
      .orientationAssumed, .unitsAssumedMillimetres, .qformSformConflict,
      .unitsConverted(millimetresPerUnit: 0.001),
      .fieldOfViewShort(axis: .y, fieldOfView: 1.0 / 3, expected: 384),
      .fieldOfViewLong(axis: .z, fieldOfView: 1000.5), .hounsfieldImplausible(.inverted),
      .lungMissing, .slicesRepeated(count: 3),
      .spacingConflict(fileAxis: 2, pixdim: -1.0 / 3, affine: 1.0 / 3),
      .slicesMissing(after: 41, places: 2),
      .seriesChosen(of: 3),
    ]
    let description = VolumeDescription(
      format: "nifti2", shape: [512, 511, 33], spacing: [0.1 + 0.2, 1 / 3, 0.05.nextUp],
      orientation: "RAS", affine: (0..<12).map { Double($0) / 7 }, slope: 1.0000000000000002,
      intercept: -1024.5,
      intensity: IntensitySummary(
        minimum: -1024.25, maximum: 3071, percentile1: .leastNonzeroMagnitude,
        percentile99: 1.0000001, voxelCount: 999_999_999),
      warnings: warnings)
    #expect(VolumeDescription(document: description.document) == description)
    let torn = Array(description.document.dropLast(3))
    #expect(VolumeDescription(document: torn) == nil)
    #expect(VolumeDescription(document: []) == nil)
  }

  @Test func whatADamagedStoreLostIsFoundNoMore() async throws {
    let (store, archive) = try Self.archive()
    for number in 0..<5 { try await Self.add(number, archive) }
    try await archive.add(Self.report("kept", archive))
    try await archive.add(Self.report("lost", archive))
    _ = try await archive.putPromptSet("kept", document: Array("{}".utf8), at: 1)
    _ = try await archive.putPromptSet("lost", document: Array("{}".utf8), at: 1)
    // Behind the archive's back, as damage would.
    #expect(try await store.deleteVolume(id: Self.id(2)))
    #expect(try await store.deleteReport(id: "lost"))
    #expect(try await store.deletePromptSet("lost"))
    #expect(archive.volumes.ids.count == 5)
    try archive.forgetWhatTheStoreLost()
    #expect(archive.volumes.ids == Set([0, 1, 3, 4].map(Self.id)))
    #expect(archive.reports.ids == ["kept"])
    #expect(archive.siteSets.map(\.name) == ["kept"])
  }

  @Test func sharesCountWhatScoresLess() async throws {
    let (_, archive) = try Self.archive()
    // Rows along one axis, with products 0, 0.1, … 0.9.
    for number in 0..<10 { try await Self.add(number, archive) }
    let pool = WorkerPool(threads: 2)
    let query = ScoreQuery(tokens: [[1]], texts: [try #require(Embedding([1, 0]))])
    func share(_ number: Int) -> Double? {
      archive.columns.share(
        below: Self.row(number), of: query, archive.volumes.snapshot, on: pool)
    }
    #expect((0..<10).map(share) == (0..<10).map { Double($0) / 10 })
    #expect(share(100) == 1)
    // A changed archive has other shares.
    #expect(try await archive.deleteVolume(Self.id(0)))
    #expect(share(1) == 0)
    #expect(share(3) == 2.0 / 9)
  }

  @Test func sharesMayBeALittleOldIfOtherProcessesChangeTheVolumes() async throws {
    let (_, archive) = try Self.archive()
    for number in 0..<5 { try await Self.add(number, archive) }
    let pool = WorkerPool(threads: 1)
    let query = ScoreQuery(tokens: [[1]], texts: [try #require(Embedding([1, 0]))])
    func share(isShared: Bool) -> Double? {
      archive.columns.share(
        below: Self.row(4), of: query, archive.volumes.snapshot, isShared: isShared, on: pool)
    }
    #expect(share(isShared: true) == 0.8)
    // One of a thousand volumes counts little, however old the scores are.
    let old = archive.volumes.snapshot.version
    for number in 0..<4000 {
      Self.row(9).withUnsafeBufferPointer {
        archive.volumes.put(SearchEntry(id: "\(number)"), row: $0)
      }
    }
    #expect(archive.columns.isUsable(madeAt: old, archive.volumes.snapshot, age: .zero))
    #expect(archive.columns.isUsable(madeAt: old, archive.volumes.snapshot, age: .seconds(5)))
    #expect(!archive.columns.isUsable(madeAt: old, archive.volumes.snapshot, age: .seconds(6)))
    let recent = archive.volumes.snapshot.version - 4
    #expect(archive.columns.isUsable(madeAt: recent, archive.volumes.snapshot, age: .seconds(600)))
    #expect(
      !archive.columns.isUsable(madeAt: recent - 1, archive.volumes.snapshot, age: .seconds(600)))
    #expect(!archive.columns.isUsable(madeAt: -1, archive.volumes.snapshot, age: .zero))
    // An own change counts at once.
    archive.appliedOwnChange()
    #expect(share(isShared: true) == 4.0 / 4005)
    #expect(share(isShared: false) == 4.0 / 4005)
  }

  @Test func patchEmbeddingsAreExportedAndImported() async throws {
    let (store, archive) = try Self.archive()
    for number in 0..<4 { try await Self.add(number, archive, document: Self.description) }
    func patches(_ number: Int) -> [UInt8] { (0..<12).map { UInt8(number * 12 + $0) } }
    func add(_ bytes: [UInt8], _ number: Int) async throws {
      try await store.addPatches(
        bytes, ofInput: Array(repeating: UInt8(number), count: 32), space: archive.space)
    }
    for number in [0, 2, 3] { try await add(patches(number), number) }
    let disk = try ShortDisk()
    let folder = "\(disk.folder)/export"
    #expect(try await archive.export(to: folder) == 4)
    let (other, copy) = try Self.archive()
    #expect(try await copy.importArchive(from: folder).new == 4)
    for number in 0..<4 {
      let found = try await other.patches(ofVolume: Self.id(number), space: copy.space)
      #expect(found?.bytes == (number == 1 ? nil : patches(number)), "\(number)")
    }
    #expect(try await copy.importArchive(from: folder).new == 0)
    #expect(other.quarantined == 0)
    // Cut, or with other numbers.
    let file = "\(folder)/\(ArchiveFiles.patches)"
    let bytes = try FixtureFile.read(file)
    #expect(bytes.count == 256 + 36)
    var infinite = bytes
    infinite.replaceSubrange(256..<258, with: [0x80, 0x7f])
    for wrong in [
      [], Array(bytes.prefix(100)), Array(bytes.dropLast()), infinite,
      Array(bytes.prefix(8)) + [UInt8](repeating: 0x20, count: 284),
      [UInt8](repeating: 0xff, count: 292),
    ] {
      try FixtureFile.write(wrong, to: file)
      let (_, third) = try Self.archive()
      await #expect(throws: ArchiveFileError.self) { try await third.importArchive(from: folder) }
    }
    #expect(unlink(file) == 0)
    let (empty, third) = try Self.archive()
    await #expect(throws: ArchiveFileError.self) { try await third.importArchive(from: folder) }
    #expect(try empty.withSnapshot { try $0.volumeCount() } == 0)
  }

  @Test func filesOfVolumesAreExportedAndImported() async throws {
    let (store, archive) = try Self.archive()
    for number in 0..<4 { try await Self.add(number, archive, document: Self.description) }
    let files: [Int: [UInt8]] = [
      0: [0x1f, 0x8b, 1, 2, 3], 2: Array("a plain file".utf8),
      3: (0..<9_000_001).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 4) },
    ]
    for (number, bytes) in files {
      var rest = bytes[...]
      let isStored = try await store.addSource(ofVolume: Self.id(number)) {
        let piece = Array(rest.prefix(Store.sourcePieceBytes))
        rest = rest.dropFirst(piece.count)
        return piece.isEmpty ? nil : piece
      }
      #expect(isStored)
    }
    let disk = try ShortDisk()
    let folder = "\(disk.folder)/export"
    #expect(try await archive.export(to: folder) == 4)
    let names = files.keys.map { "\(Self.id($0)).nii\($0 == 0 ? ".gz" : "")" }
    for (name, number) in zip(names, files.keys) {
      #expect(try FixtureFile.read("\(folder)/\(ArchiveFiles.sources)/\(name)") == files[number])
    }
    func read(_ number: Int, _ store: Store) async throws -> [UInt8]? {
      var bytes: [UInt8] = []
      return try await store.readSource(ofVolume: Self.id(number)) { bytes += $0 } ? bytes : nil
    }
    let (other, copy) = try Self.archive()
    for new in [4, 0] {
      #expect(try await copy.importArchive(from: folder).new == new)
      for number in 0..<4 { #expect(try await read(number, other) == files[number], "\(number)") }
    }
    // Changed, cut or missing: nothing of the file is stored.
    let file = "\(folder)/\(ArchiveFiles.sources)/\(Self.id(2)).nii"
    for wrong in [Array("A plain file".utf8), Array("a plain fil".utf8), [], nil] {
      if let wrong { try FixtureFile.write(wrong, to: file) } else { #expect(unlink(file) == 0) }
      let (third, target) = try Self.archive()
      await #expect(throws: ArchiveFileError.self) { try await target.importArchive(from: folder) }
      #expect(try await read(2, third) == nil)
    }
  }

  private static func archive() throws -> (Store, Archive) {
    let store = try Store(path: ":memory:")
    let space = EmbeddingSpace(
      modelSHA256: String(repeating: "a", count: 64), recipe: "r", components: 2)
    return (store, try Archive(store: store, space: space))
  }

  private static func id(_ number: Int) -> String {
    "sha256-\(String(repeating: "\(number % 10)", count: 64))"
  }

  private static let description = VolumeDescription(
    format: "nifti1", shape: [8, 8, 8], spacing: [1, 1, 1], orientation: "RAS",
    affine: (0..<12).map { Double($0) }, slope: 1, intercept: 0,
    intensity: IntensitySummary(
      minimum: 0, maximum: 1, percentile1: 0, percentile99: 1, voxelCount: 512), warnings: []
  ).document

  private static func row(_ number: Int) -> [Float] { [Float(number) / 10, 0.1] }

  /// Keeps a volume whose search row is ``row(_:)``.
  private static func add(
    _ number: Int, _ archive: Archive, document: [UInt8] = [1]
  ) async throws {
    let digest = Array(repeating: UInt8(number), count: 32)
    let record = VolumeRecord(
      id: id(number), createdAt: number, byteCount: 1, inputDigest: digest, document: document,
      metadata: VolumeMetadata())
    let index = archive.volumes
    _ = try await archive.store.addVolume(
      record, embedding: VolumeEmbedding(values: [1, 1], searchRow: row(number)),
      space: archive.space
    ) { metadata in
      row(number).withUnsafeBufferPointer {
        index.put(SearchEntry(id: record.id, metadata), row: $0)
      }
    }
  }

  private static func report(_ id: String, _ archive: Archive) -> ReportRecord {
    ReportRecord(
      id: id, createdAt: 1, text: nil, encodedText: nil, tags: [:], values: [1, 0],
      space: archive.space)
  }
}
