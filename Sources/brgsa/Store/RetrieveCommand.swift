import API
import Archives
import ArgumentParser
import CommandLineSupport
import Inference
import Search
import Storage
import StrictJSON

/// The command `brgsa retrieve --report FILE`.
struct RetrieveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retrieve",
    abstract: "Rank stored volumes by similarity to a report, a text or a volume",
    discussion: """
      A report is first shortened to its abnormal findings, as by brgsa summarize. The encoded text is \
      printed to standard error. The first line of the output starts with # and is a notice about the \
      scores. Each further line contains the rank, the score and the id of a volume, separated by tabs. \
      Volumes are stored by brgsa embed and by the service. While the service runs, this command cannot \
      open its store: use POST /v1/retrievals instead.

        brgsa embed archive/*.nii.gz
        brgsa retrieve --report report.txt
        brgsa retrieve --text "pleural effusion" --top-k 5 --json
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("A report; - for standard input", valueName: "file"))
  var report: String?

  @Option(name: .long, help: "A term or a sentence")
  var text: String?

  @Option(name: .long, help: ArgumentHelp("A stored volume", valueName: "id"))
  var volumeID: String?

  @Option(
    name: .long, help: ArgumentHelp("Largest number of results (default: 10)", valueName: "n"))
  var topK = 10

  @Option(
    name: .long, help: ArgumentHelp("Number of best results to skip (default: 0)", valueName: "n"))
  var offset = 0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only volumes with this name, tag, accession, study_uid or series_uid, such as tags.site=A; may be repeated",
      valueName: "key=value"))
  var `where`: [String] = []

  @Flag(name: .long, help: "Print the response body of POST /v1/retrievals")
  var json = false

  @OptionGroup var options: ArchiveOptions

  func validate() throws {
    guard [report, text, volumeID].compactMap(\.self).count == 1 else {
      throw ValidationError("Give one of --report FILE, --text TEXT and --volume-id ID.")
    }
    for condition in `where` where Self.attribute(condition) == nil {
      throw ValidationError(
        "--where requires key=value with a key name, tags.NAME, accession, study_uid or series_uid, such as tags.site=A."
      )
    }
  }

  func run() async throws {
    let words = try report.map(TextInput.read)
    let (service, model, archive) = try await options.service()
    defer { archive.store.close() }
    var request = RetrievalRequest(query: query(words, model.template))
    request.topK = topK
    request.offset = offset
    request.filter.must = `where`.compactMap(Self.attribute)
    do {
      show(try await service.retrieve(request), notice: model.notice)
    } catch {
      throw CommandFailure(error, about: "retrieve")
    }
  }

  private static func attribute(_ condition: String) -> SearchEntry.Attribute? {
    let parts = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, RetrievalBody.isKey(String(parts[0])) else { return nil }
    return SearchEntry.Attribute(key: String(parts[0]), value: String(parts[1]))
  }

  private func query(_ report: String?, _ template: PromptTemplate) -> RetrievalQuery {
    if let report { return .report(report) }
    if let text { return .text(template.sentence(for: text)) }
    return .volume(id: volumeID ?? "")
  }

  private func show(_ answer: RetrievalAnswer, notice: String) {
    guard !json else {
      return Console.write(
        RetrievalBody.json(answer, target: .volumes, notice: notice).bytes
          + [UInt8(ascii: "\n")])
    }
    if let text = answer.text { Console.note("encoded: \(text.text)") }
    if !answer.result.hits.isEmpty { Console.print("# \(notice)") }
    for hit in answer.result.hits {
      Console.print("\(hit.rank)\t\(Float(hit.score))\t\(hit.entry.id)")
    }
  }
}
