import Embeddings
import Storage
import TestSupport
import Testing

@testable import Archives
@testable import Inference

/// Search rows that a damaged file lost are computed again from the embeddings that it kept.
@Suite(.timeLimit(.minutes(30))) struct DerivationTests {
  private static let count = 30

  /// What happens to the file beside the search rows that are changed.
  @Test(arguments: [0, 16, 100])
  func aVolumeWhoseSearchRowIsLostCanBeSearchedAgain(zeroed: Int) async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/store.db"
    let rows = try await Self.fill(path)
    var bytes = try FixtureFile.read(path)
    for index in 0..<zeroed { bytes[index] = 0 }
    for n in 0..<Self.count where n.isMultiple(of: 3) {
      let row = rows[n].withUnsafeBytes { Array($0) }
      let place = try #require(bytes.firstRange(of: row)).lowerBound
      bytes[place + 5] ^= 0x10
    }
    try FixtureFile.write(bytes, to: path)
    let store = try Store(path: path)
    let service = DiagnosisService(store: store)
    try await service.load(directory: Fixtures.tinyModel, threads: 1)
    let archive = try #require(service.archive)
    // They are computed in the background, however long that takes.
    while archive.volumeCount < Self.count { try await Task.sleep(for: .milliseconds(20)) }
    var found: [String: [Float]] = [:]
    try store.withSnapshot { snapshot in
      try snapshot.forEachSearchRow(space: archive.space) { id, _, row in found[id] = Array(row) }
    }
    for n in 0..<Self.count { #expect(found["sha256-\(n)"] == rows[n], "\(n)") }
    #expect(try Store.check(path: path).isEmpty)
    store.close()
  }

  /// - Returns: The search rows.
  private static func fill(_ path: String) async throws -> [[Float]] {
    let store = try Store(path: path)
    let service = DiagnosisService(store: store)
    try await service.load(directory: Fixtures.tinyModel, threads: 1)
    let space = try #require(service.archive).space
    let model = try service.requireModel()
    var rows: [[Float]] = []
    for n in 0..<count {
      let values = (0..<space.components).map { Float(($0 * 7 + n) % 13) / 13 + 0.1 }
      rows.append(try model.bridged(values).searchRow)
      let record = VolumeRecord(
        id: "sha256-\(n)", createdAt: n, byteCount: 1,
        inputDigest: [UInt8](repeating: UInt8(n), count: 32), document: [],
        metadata: VolumeMetadata())
      _ = try await store.addVolume(
        record, embedding: VolumeEmbedding(values: values, searchRow: rows[n]), space: space)
    }
    store.close()
    return rows
  }
}
