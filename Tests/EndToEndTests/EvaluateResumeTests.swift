import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct EvaluateResumeTests {
  @Test func whatWasEncodedIsNotEncodedAgain() async throws {
    let folder = try EvaluateFolder.small()
    let first = try await folder.evaluate(["--json"])
    #expect(first.complaints.contains("4 volumes in "))
    let store = try Self.store(folder)
    let bytes = try folder.read(store)
    let second = try await folder.evaluate(["--json"])
    #expect(second.output == first.output)
    #expect(second.complaints.contains("4 volumes are known"))
    #expect(!second.complaints.contains("volumes/s"))
    #expect(try folder.read(store) == bytes)
  }

  @Test func filesOfOneNameLengthAndTimeInTwoFoldersAreTwoVolumes() async throws {
    let folder = try EvaluateFolder()
    for (index, place) in ["one", "two"].enumerated() {
      try folder.write(EvaluateFolder.volume(40 * index), "volumes/\(place)/c.nii")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1e9)],
        ofItemAtPath: "\(folder.path)/volumes/\(place)/c.nii")
    }
    try folder.write(["VolumeName,Lung nodule", "one/c.nii,1", "two/c.nii,0"])
    _ = try await folder.evaluate()
    let first = try folder.lines("out/scores.csv")
    let again = try await folder.evaluate()
    #expect(again.complaints.contains("2 volumes are known"))
    #expect(try folder.lines("out/scores.csv") == first)
    let scores = first.dropFirst().compactMap { $0.split(separator: ",").last }
    #expect(scores.count == 2 && scores[0] != scores[1])
  }

  @Test func aFileCutAnywhereLosesNothingButTheCutLine() async throws {
    let folder = try EvaluateFolder.small()
    let whole = try await folder.evaluate(["--json"])
    let store = try Self.store(folder)
    let bytes = try folder.read(store)
    let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    let cuts = [bytes.count - 1, bytes.count - 9, ends[2] + 2, ends[2] + 1, ends[0], 3, 0]
    for cut in cuts {
      try folder.write(Array(bytes.prefix(cut)), store)
      let outcome = try await folder.evaluate(["--json"])
      #expect(outcome.output == whole.output, "cut at \(cut)")
      let known = max(bytes.prefix(cut).count { $0 == UInt8(ascii: "\n") } - 1, 0)
      #expect(outcome.complaints.contains("\(4 - known) volumes in "), "cut at \(cut)")
      #expect(Set(try folder.lines(store)).count == 5, "cut at \(cut)")
    }
  }

  @Test func damagedLinesAreEncodedAgain() async throws {
    let folder = try EvaluateFolder.small()
    let whole = try await folder.evaluate(["--json"])
    let store = try Self.store(folder)
    var lines = try folder.lines(store)
    lines[1] = "{}"
    lines[2] = String(lines[2].dropLast(20)) + "]}"
    lines[3] = lines[3].replacing(
      "\"embedding\":[", with: "\"embedding\":[1e999,", maxReplacements: 1)
    try folder.write(lines, store)
    let outcome = try await folder.evaluate(["--json"])
    #expect(outcome.output == whole.output)
    #expect(outcome.complaints.contains("3 damaged lines are ignored"))
    #expect(outcome.complaints.contains("3 volumes in "))
  }

  @Test func aForeignFileIsNotTouched() async throws {
    let folder = try EvaluateFolder.small()
    _ = try await folder.evaluate()
    let store = try Self.store(folder)
    try folder.write(["{\"format\":\"something else\"}"], store)
    let outcome = try await folder.evaluate()
    #expect(outcome.exitCode == 65)
    #expect(outcome.complaints.contains("move the file away"))
    #expect(try folder.lines(store).count == 1)
  }

  @Test func anotherModelHasItsOwnEmbeddings() async throws {
    let folder = try EvaluateFolder.small()
    let first = try await folder.evaluate(["--json"])
    let configuration = try Fixtures.json("tiny-model/config.json")
      .setting(["recipe", "pad_hu"], to: -1000)
    let model = try ModelFolder(replacing: ["config.json": configuration.bytes])
    let second = try await folder.evaluate(["--json"], model: model.path)
    #expect(second.exitCode == 0, "\(second.complaints)")
    #expect(second.complaints.contains("4 volumes in "))
    #expect(try folder.names().count { $0.hasPrefix("embeddings-") } == 2)
    let third = try await folder.evaluate(["--json"])
    #expect(third.complaints.contains("4 volumes are known"))
    #expect(third.output == first.output)
  }

  @Test func aChangedVolumeIsEncodedAgain() async throws {
    let folder = try EvaluateFolder.small()
    _ = try await folder.evaluate()
    try folder.write(EvaluateFolder.volume(9), "volumes/case_2.nii")
    let outcome = try await folder.evaluate()
    #expect(outcome.complaints.contains("3 volumes are known"))
    #expect(outcome.complaints.contains("1 volumes in "))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func anInterruptedRunGoesOnWhereItWas(signal: Int32) async throws {
    let folder = try EvaluateFolder()
    var rows = ["VolumeName,Lung nodule"]
    // So many that the run is never done before the signal comes, however busy the machine is.
    let count = 3000
    for index in 0..<count {
      let name = "case_\(index).nii.gz"
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/volumes/\(name)",
        withDestinationPath: "\(Fixtures.directory)/phantom.nii.gz")
      rows.append("\(name),\(index % 2)")
    }
    try folder.write(rows)
    let process = try BrgsaProcess(folder.arguments(["--json"]))
    // The first volumes are there when the file has more than its first line.
    await process.signal(signal) { ((try? folder.lines(Self.store(folder)).count) ?? 0) >= 3 }
    let stopped = await process.outcome()
    #expect(stopped.output.isEmpty)
    #expect(stopped.wasExit == (signal != SIGKILL))
    if signal != SIGKILL {
      #expect(stopped.exitCode == 128 + signal)
      #expect(stopped.complaints.contains("continues with the encoded volumes"))
    }
    let kept = try folder.read(Self.store(folder)).count { $0 == UInt8(ascii: "\n") } - 1
    #expect((2..<count).contains(kept))
    #expect(try folder.names().allSatisfy { $0.hasPrefix("embeddings-") })
    // What was kept is among the first, up to those that were in flight.
    let outcome = try await folder.evaluate(["--json", "--limit", "\(kept + 8)"])
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.contains("\(kept) volumes are known"))
    #expect(outcome.complaints.contains("8 volumes in "))
  }

  private static func store(_ folder: EvaluateFolder) throws -> String {
    let name = try folder.names().first { $0.hasPrefix("embeddings-") }
    return "out/\(name ?? "no embeddings")"
  }
}
