import Foundation
import StrictJSON
import TestSupport

/// A folder with volumes, tables and results of one evaluation; it goes when the object goes.
final class EvaluateFolder: Sendable {
  let path: String

  init() throws {
    path = "/tmp/brgsa-evaluate-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: "\(path)/volumes", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Four volumes that differ, and their labels.
  static func small() throws -> EvaluateFolder {
    let folder = try EvaluateFolder()
    var rows = ["VolumeName,Lung nodule,Pleural effusion"]
    for (index, truth) in ["1,0", "0,1", "0,0", "1,0"].enumerated() {
      try folder.write(volume(index), "volumes/case_\(index).nii")
      rows.append("case_\(index).nii,\(truth)")
    }
    try folder.write(rows)
    return folder
  }

  /// The small phantom with other HU for each `index`.
  static func volume(_ index: Int) -> [UInt8] {
    var file = HostileVolumes.good()
    file.intercept = Double(24 * index)
    return file.bytes()
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  /// Writes lines, `labels.csv` if nothing else is said.
  func write(_ lines: [String], _ name: String = "labels.csv") throws {
    try write(Array((lines.joined(separator: "\n") + "\n").utf8), name)
  }

  func read(_ name: String) throws -> [UInt8] { try FixtureFile.read("\(path)/\(name)") }

  /// Lines of a text file.
  func lines(_ name: String) throws -> [String] {
    String(decoding: try read(name), as: UTF8.self).split(whereSeparator: \.isNewline)
      .map(String.init)
  }

  /// Names of the files in `folder`, in order.
  func names(_ folder: String = "out") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  /// The arguments of an evaluation of the volumes.
  func arguments(_ more: [String] = [], model: String = Fixtures.tinyModel) -> [String] {
    [
      "evaluate", "--model", model, "--volumes", "\(path)/volumes", "--labels",
      "\(path)/labels.csv", "--output", "\(path)/out", "--bootstrap", "20",
    ] + more
  }

  /// Evaluates the volumes.
  func evaluate(
    _ more: [String] = [], model: String = Fixtures.tinyModel
  ) async throws -> BrgsaProcess.Outcome {
    try await BrgsaProcess.run(arguments(more, model: model))
  }
}
