import ArgumentParser
import CommandLineSupport
import Encoders
import ReportText
import StrictJSON

/// The command `brgsa summarize < report.txt`.
struct SummarizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize",
    abstract: "Show the abnormal findings of a report, as the model reads them",
    discussion: """
      The model reads about seventy words and was trained with short summaries. Most of a whole report would \
      be cut off. So rules read the report's findings and impression, leave out what is denied or normal, \
      history and measurements, and write the rest as sentences of the form “There is …”. Nothing leaves \
      this machine.

        brgsa summarize < report.txt
        brgsa summarize --findings report.txt
      """)

  @Argument(help: ArgumentHelp("A report; - for standard input", valueName: "file"))
  var file = "-"

  @Flag(
    name: .long,
    help: "Print one JSON object for each finding, one per line, with certainty, degree and place")
  var findings = false

  @OptionGroup var options: SettingOptions<ModelSettings>

  func run() throws {
    let report = try TextInput.read(file)
    let directory = try options.settings().model
    let tokenizer = try ModelLoading.reading(directory) { files in
      try files.tokenizer()
    }
    let summary = RuleSummarizer().summarize(report) { !tokenizer.tokenize($0).isTruncated }
    if summary.leftOut > 0 {
      Console.note("\(summary.leftOut) findings did not fit and were left out")
    }
    guard findings else { return Console.print(summary.text) }
    for finding in summary.findings {
      let body: JSON = [
        "term": .string(finding.term), "in_prompt_sets": .bool(finding.isInPromptSets),
        "certainty": finding.certainty == .present ? "present" : "possible",
        "degree": .string(finding.degree), "location": .string(finding.location),
      ]
      Console.write(body.bytes + [UInt8(ascii: "\n")])
    }
  }
}
