internal import ArgumentParser
internal import CommandLineSupport
internal import Evaluation
internal import Files

/// Reads the scores of an evaluation from files.
package enum ScoreFiles {
  /// Reads the mean scores from `path`, and the scores of individual components.
  ///
  /// - Parameter components: Each element is either the file of one component (`NAME=FILE`) or a folder with such
  ///   files.
  /// - Throws: `CommandFailure`.
  package static func read(_ path: String, components: [String]) throws -> EvaluatedScores {
    let scores = try EvaluationFiles.scores(path)
    var tables: [ScoreComponent: ScoreTable] = [:]
    for (component, file) in try components.flatMap(files(of:)) {
      guard tables[component] == nil else {
        throw ValidationError("\(component.rawValue) is given twice with --component-scores.")
      }
      tables[component] = try EvaluationFiles.scores(file)
    }
    return EvaluatedScores(
      scores: scores, components: tables, prompts: [], facts: [ReportFact("scores", path)],
      retrieval: nil, model: nil)
  }

  /// All components except the mean.
  private static let parts = ScoreComponent.allCases.filter { $0 != .mean }

  private static func files(of argument: String) throws -> [(ScoreComponent, String)] {
    if DICOMFolder.isFolder(argument) {
      let files = parts.map { ($0, "\(argument)/\($0.fileName)") }
      let present = files.filter { FileSystem.exists($0.1) }
      guard !present.isEmpty else {
        throw CommandFailure(
          "\(argument): has none of \(parts.map(\.fileName).joined(separator: ", "))", .noInput)
      }
      return present
    }
    let halves = argument.split(separator: "=", maxSplits: 1)
    guard halves.count == 2, let component = parts.first(where: { $0.rawValue == halves[0] }) else {
      throw ValidationError(
        "--component-scores requires NAME=FILE with one of \(parts.map(\.rawValue).joined(separator: ", ")), or a folder."
      )
    }
    return [(component, String(halves[1]))]
  }
}
