import Testing

@testable import Evaluation

@Suite("Score and label tables")
struct TableTests {
  private func labels(_ text: String) throws -> LabelTable {
    try LabelTable(parsing: Array(text.utf8))
  }

  private func scores(_ text: String) throws -> ScoreTable {
    try ScoreTable(parsing: Array(text.utf8))
  }

  @Test("CT-RATE's label format is read") func labelFormat() throws {
    let table = try labels(
      "VolumeName,Lung nodule,Emphysema\nvalid_1.nii.gz,1,0\nvalid_2.nii.gz,0.0,1.0\n")
    #expect(table.studies == ["valid_1.nii.gz", "valid_2.nii.gz"])
    #expect(table.labels == ["Lung nodule", "Emphysema"])
    #expect(table.columns == [[true, false], [false, true]])
  }

  @Test("empty, nan, -1 and other cells are missing labels, and each kind is counted")
  func missingLabels() throws {
    let cells = ["1", "0", "", " ", "nan", "NaN", "N/A", "-1", "-1.0", "yes", "2", "0.5", "inf"]
    let rows = cells.enumerated().map { "s\($0.offset),\($0.element)\n" }.joined()
    let table = try labels("VolumeName,X\n" + rows)
    #expect(table.columns == [[true, false] + cells.dropFirst(2).map { _ in nil }])
    let numbers = try scores("VolumeName,X\n" + (0..<cells.count).map { "s\($0),\($0)\n" }.joined())
    let cohort = try EvaluationCohort(scores: numbers, labels: table)
    var expected = MissingCells()
    (expected.empty, expected.notANumber, expected.uncertain, expected.unreadable) = (2, 3, 2, 4)
    #expect(cohort.notes == [.missingLabels("X", cells: expected)])
    #expect(
      cohort.notes[0].message
        == "labels are missing: 2 empty, 3 nan, 2 uncertain (-1), 4 neither 0 nor 1")
  }

  @Test("the cells that count are those of studies with scores, also in a part of the table")
  func missingLabelsOfTheCohort() throws {
    let table = try labels("VolumeName,X\na,\nb,1\nc,0\nd,-1\ne,\n")
    let numbers = try scores("VolumeName,X\na,1\nb,2\nc,3\n")
    var expected = MissingCells()
    expected.empty = 1
    let whole = try EvaluationCohort(scores: numbers, labels: table)
    #expect(whole.notes.contains(.missingLabels("X", cells: expected)))
    let part = table.prefix(3)
    #expect(part.studies == ["a", "b", "c"] && part.columns == [[nil, true, false]])
    #expect(
      try EvaluationCohort(scores: numbers, labels: part).notes
        == [.missingLabels("X", cells: expected)])
    #expect(table.prefix(9).studies == table.studies)
  }

  @Test("scores are any numbers; empty cells, nan and texts are missing") func scoreFormat() throws
  {
    let table = try scores("volume_name, X ,Y\ns1,-0.25,\ns2,1e-3,nan\ns3, 7 ,high\n")
    #expect(table.labels == ["X", "Y"])
    #expect(table.columns == [[-0.25, 0.001, 7], [nil, nil, nil]])
  }

  @Test(
    "tables that mean two things are refused",
    arguments: [
      ("Path,X\n", .noStudyColumn(found: "Path")),
      ("VolumeName;X\n", .noStudyColumn(found: "VolumeName;X")),
      ("VolumeName,Lung nodule,lung_Nodule\n", .duplicateColumn("lung_Nodule")),
      ("VolumeName,X\na.nii,1\n\na,1\n", .duplicateStudy("a", line: 4)),
      ("VolumeName,X\n ,1\n", .emptyStudyName(line: 2)),
      ("VolumeName,X\n.nii.gz,1\n", .emptyStudyName(line: 2)),
    ] as [(String, EvaluationError)])
  func faults(text: String, error: EvaluationError) {
    #expect(throws: error) { try scores(text) }
    #expect(throws: error) { try labels(text) }
  }

  @Test("columns made by hand must fit their studies and labels") func shapes() throws {
    #expect(throws: EvaluationError.columnLength(label: "X", found: 1, expected: 2)) {
      try ScoreTable(studies: ["a", "b"], labels: ["X"], columns: [[1]])
    }
    #expect(throws: EvaluationError.columnCount(found: 0, expected: 1)) {
      try LabelTable(studies: ["a"], labels: ["X"], columns: [])
    }
    #expect(throws: EvaluationError.duplicateStudy("a.nii", line: nil)) {
      try ScoreTable(studies: ["a", "a.nii"], labels: [], columns: [])
    }
  }

  @Test("a table that was written is read back to the bit") func roundTrip() throws {
    let table = try ScoreTable(
      studies: ["a,b", "c.nii.gz", "d"], labels: ["X", "Y \"z\""],
      columns: [[0.1, nil, 1.0 / 3], [-1e-300, 5, 0]])
    let again = try scores(table.csv)
    #expect(again.studies == table.studies && again.labels == table.labels)
    #expect(again.columns == table.columns)
    let truth = try LabelTable(studies: ["a", "b"], labels: ["X"], columns: [[true, nil]])
    #expect(truth.csv { $0 ? "1" : "0" } == "VolumeName,X\r\na,1\r\nb,\r\n")
    #expect(try labels(truth.csv { $0 ? "1" : "0" }).columns == truth.columns)
  }

  @Test("studies match without their ending, labels without case, underscores and spare spaces")
  func keys() {
    #expect(StudyName.key("a.nii.gz") == StudyName.key(" a.NII "))
    #expect(StudyName.key("a.nii.gz") == "a")
    #expect(StudyName.key("A") != StudyName.key("a"))
    #expect(StudyName.key("a.gz") == "a.gz")
    #expect(LabelName.key(" Lung__nodule ") == LabelName.key("lung NODULE"))
    #expect(LabelName.key("lungnodule") != LabelName.key("lung nodule"))
  }

  @Test("the join keeps what is in both tables, in the labels' order, and notes the rest")
  func join() throws {
    let cohort = try EvaluationCohort(
      scores: scores("VolumeName,emphysema,Lung_nodule,Extra\nb,2,20,0\na,1,10,0\nx,3,30,0\n"),
      labels: labels(
        "VolumeName,Lung nodule,Other,Emphysema\na.nii.gz,1,0,0\nq.nii.gz,1,0,0\nr,0,0,0\nb.nii,0,1,1\n"
      ))
    #expect(cohort.studies == ["a.nii.gz", "b.nii"])
    #expect(cohort.labels == ["Lung nodule", "Emphysema"])
    #expect(
      cohort.notes == [
        .studiesWithoutLabels(count: 1), .studiesWithoutScores(count: 2),
        .labelWithoutTruth("Extra"), .labelWithoutScores("Other"),
      ])
  }

  @Test("the join goes by names, not by places") func order() async throws {
    let one = try EvaluationCohort(
      scores: scores("VolumeName,X\na,1\nb,2\nc,3\n"),
      labels: labels("VolumeName,X\na,0\nb,0\nc,1\n"))
    let other = try EvaluationCohort(
      scores: scores("VolumeName,X\nc,3\na,1\nb,2\n"),
      labels: labels("VolumeName,X\na,0\nb,0\nc,1\n"))
    let options = try EvaluationOptions(samples: 10)
    let reports = (
      try await EvaluationReport(cohort: one, options: options),
      try await EvaluationReport(cohort: other, options: options)
    )
    #expect(reports.0 == reports.1)
    #expect(reports.0.means?.auroc.value == 1)
  }

  @Test("tables without a common study or label cannot be evaluated") func disjoint() throws {
    let (numbers, truth) = (try scores("VolumeName,X\na,1\n"), try labels("VolumeName,X\nb,1\n"))
    #expect(throws: EvaluationError.noCommonStudies(scores: 1, labels: 1)) {
      try EvaluationCohort(scores: numbers, labels: truth)
    }
    let other = try labels("VolumeName,Y,Z\na,1,1\n")
    #expect(throws: EvaluationError.noCommonLabels(scores: 1, labels: 2)) {
      try EvaluationCohort(scores: numbers, labels: other)
    }
  }

  @Test("every error is a sentence with its facts") func descriptions() {
    let errors: [(EvaluationError, String)] = [
      (.raggedRow(line: 7, found: 2, expected: 3), "line 7: 2 fields, but the header has 3"),
      (.duplicateStudy("a\u{1B}", line: 4), "line 4: study \"a\\u{1B}\" occurs twice"),
      (.duplicateStudy("a", line: nil), "study \"a\" occurs twice"),
      (.emptyRetrieval, "retrieval needs at least one report and one volume"),
    ]
    for (error, text) in errors { #expect(error.description == text) }
  }
}
