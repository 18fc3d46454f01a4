import Foundation
import GRDB
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Rows G8 and N2 of HostileInputs.md: a store that was damaged while nobody looked.
///
/// What is lost may be lost, never wrong: each volume that is left has its own findings and its own place.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileStoreTests {
  /// What is done to the file of a stopped service.
  private struct Damage {
    let name: String
    /// Whether the service was killed, which leaves a log beside the file.
    var wasKilled = false
    /// Volumes that must be left.
    let atLeast: Int
    let apply: @Sendable (_ store: String) throws -> Void
  }

  private static let query = #"{"query":{"text":"lung nodule"},"top_k":100}"#
  private static let pageSize = 8192
  private static let count = 6

  private static let damages: [Damage] = [
    Damage(name: "N2 header of zeros", atLeast: count) { try overwrite($0, at: 0, 100, with: 0) },
    Damage(name: "N2 first page of noise", atLeast: 0) { try overwrite($0, at: 0, pageSize) },
    Damage(name: "N2 a page of noise", atLeast: 0) {
      try overwrite($0, at: 4 * pageSize, pageSize)
    },
    Damage(name: "N2 last page of noise", atLeast: 0) { store in
      try overwrite(store, at: try size(store) - pageSize, pageSize)
    },
    Damage(name: "N2 half a file", atLeast: 0) { store in
      truncate(store, try size(store) / 2 / pageSize * pageSize)
    },
    Damage(name: "N2 cut in a page", atLeast: 0) { truncate($0, try size($0) - 1000) },
    Damage(name: "N2 log without its index", wasKilled: true, atLeast: count) {
      unlink("\($0)-shm")
    },
    Damage(name: "N2 garbage behind the log", wasKilled: true, atLeast: count) { store in
      try overwrite("\(store)-wal", at: try size("\(store)-wal"), 50_000)
    },
    Damage(name: "N2 log of garbage", wasKilled: true, atLeast: 0) { store in
      try overwrite("\(store)-wal", at: 32, try size("\(store)-wal") - 32)
    },
    sql(
      "G8 a blob too short", "UPDATE search_row SET floats = substr(floats, 5) WHERE embedding = 3"),
    sql(
      "G8 NaN",
      "UPDATE search_row SET floats = CAST(x'0000C07F' || substr(floats, 5) AS BLOB) WHERE embedding = 3"
    ),
    sql(
      "G8 infinity in each",
      "UPDATE search_row SET floats = CAST(x'0000807F' || substr(floats, 5) AS BLOB)",
      atLeast: 0),
    sql(
      "G8 another volume's numbers",
      "UPDATE search_row SET floats = (SELECT floats FROM search_row WHERE embedding = 1)",
      atLeast: 1),
    sql(
      "G8 a wrong embedding", "UPDATE embedding SET floats = zeroblob(length(floats))", atLeast: 0),
  ]

  private static func sql(_ name: String, _ text: String, atLeast: Int = count - 1) -> Damage {
    Damage(name: name, atLeast: atLeast) { store in
      try DatabaseQueue(path: store).write { try $0.execute(sql: text) }
    }
  }

  @Test func aDamagedStoreLosesRowsAndNeverGivesAWrongOne() async throws {
    let (stopped, killed) = (try ArchiveFolder(), try ArchiveFolder())
    let whole = try await Self.fill(stopped.store, endingWith: SIGTERM)
    #expect(try await Self.fill(killed.store, endingWith: SIGKILL) == whole)
    for damage in Self.damages {
      let folder = try ArchiveFolder()
      let source = damage.wasKilled ? killed : stopped
      for name in try FileManager.default.contentsOfDirectory(atPath: source.path) {
        try FileManager.default.copyItem(
          atPath: "\(source.path)/\(name)", toPath: "\(folder.path)/\(name)")
      }
      try damage.apply(folder.store)
      let service = try await RunningService(store: folder.store)
      // Damage is looked for, and mended, while the service is at work.
      let isChecked = try await service.eventually {
        let ready = try await service.answer("GET", "/readyz")
        #expect(ready.status == 200, "\(damage.name)")
        let search = try await service.send("POST", "/v1/retrievals", Self.query)
        // The state is told a moment before the rows can be searched again.
        if search.status != 200 {
          #expect(search.status == 503, "\(damage.name)")
          #expect(search.code == "store-unavailable", "\(damage.name)")
        }
        return try search.status == 200 && ready.json["checks"]?["store"]?.text != "checking"
      }
      #expect(isChecked, "\(damage.name)")
      let found = try await Self.scores(service)
      #expect(found.count >= damage.atLeast, "\(damage.name): \(found.count) are left")
      for (id, score) in found { #expect(whole[id] == score, "\(damage.name)") }
      for number in 0..<Self.count {
        let again = try await service.keep(ArchiveVolumes.volume(number))
        #expect([200, 201].contains(again.status), "\(damage.name)")
      }
      #expect(try await Self.scores(service) == whole, "\(damage.name): kept again")
      service.process.signal(SIGTERM)
      #expect(await service.process.outcome().exitCode == 0, "\(damage.name)")
    }
  }

  /// Keeps some volumes.
  ///
  /// - Returns: The score of each.
  private static func fill(
    _ store: String, endingWith signal: Int32
  ) async throws -> [String: Double] {
    let service = try await RunningService(store: store)
    for number in 0..<count {
      #expect(try await service.keep(ArchiveVolumes.volume(number)).status == 201)
    }
    let scores = try await scores(service)
    #expect(scores.count == count)
    service.process.signal(signal)
    _ = await service.process.outcome()
    return scores
  }

  /// The score of each volume that a search finds.
  private static func scores(_ service: RunningService) async throws -> [String: Double] {
    let answer = try await service.send(
      "POST", "/v1/retrievals", query)
    #expect(answer.status == 200)
    return try (answer.json["results"]?.elements ?? []).reduce(into: [:]) { all, result in
      let id = try #require(result["volume_id"]?.text)
      all[id] = try #require(result["score"]?.number)
    }
  }

  private static func size(_ path: String) throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw POSIXError(.ENOENT) }
    return status.st_size
  }

  /// - Parameter byte: What is written; nil for noise.
  private static func overwrite(
    _ path: String, at offset: Int, _ count: Int, with byte: UInt8? = nil
  ) throws {
    let noise = (0..<count).map { byte ?? UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data(noise))
    try file.close()
  }
}
