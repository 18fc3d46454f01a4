import ArgumentParser
import Files
import Glibc
import Telemetry

/// `brgsa audit`
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Check that nobody changed the log of who did what.",
    discussion: """
      serve --audit-log FILE writes a JSON line for each request that is about data: when, whose key, what, \
      which id, what outcome. Each line has the hash of the one before, so a line that was changed, removed \
      or put in makes all that follow wrong. What was cut off at the end shows only to who kept the hash \
      that verify prints.
      """,
    subcommands: [VerifyAuditCommand.self])
}

/// `brgsa audit verify`
struct VerifyAuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract:
      "Read a log through; prints the number of lines and the last hash. The service may run.")

  @Argument(help: "The log.")
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A hash that verify printed earlier, which must be among the log's.", valueName: "hash"))
  var contains: String?

  func run() throws {
    guard let stream = fopen(file, "re") else {
      throw CommandFailure("\(file): \(FileError.words(for: errno))", .noInput)
    }
    defer { fclose(stream) }
    var check = AuditCheck()
    var wasSeen = contains == nil
    do throws(AuditCheck.Fault) {
      var line: UnsafeMutablePointer<CChar>?
      var capacity = 0
      defer { free(line) }
      while case let count = getline(&line, &capacity, stream), count > 0, let start = line {
        var bytes = UnsafeRawBufferPointer(start: start, count: count)[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        try check.add(bytes)
        if check.chain.hash == contains { wasSeen = true }
      }
      try check.finish()
    } catch {
      let reason =
        switch error {
        case .broken(let line): "line \(line) was changed, or one is missing or too many there"
        case .torn(let line): "line \(line), the last one, is not whole"
        }
      throw CommandFailure("\(file): \(reason)", .dataError)
    }
    guard wasSeen else {
      throw CommandFailure(
        "\(file): the hash is not there; the end was cut off or this is another log", .dataError)
    }
    print("\(check.chain.sequence) lines, \(check.chain.hash)")
  }
}
