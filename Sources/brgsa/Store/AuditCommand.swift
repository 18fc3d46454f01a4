import ArgumentParser
import CommandLineSupport
import Files
import Telemetry

/// The command `brgsa audit`.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Check that the audit log was not changed",
    discussion: """
      serve --audit-log FILE writes a JSON line for each request that is about data: the time, the owner of \
      the key, the operation, the id and the outcome. Each line contains the hash of the line before. So if \
      a line is changed, removed or added, all lines after it are wrong. If lines were cut off at the end, \
      verify can show it only with --contains and a hash that it printed earlier.
      """,
    subcommands: [VerifyAuditCommand.self])
}

/// The command `brgsa audit verify`.
struct VerifyAuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract:
      "Check a log, and print its number of lines and last hash; the service may run")

  @Argument(help: "The log.")
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A hash that verify printed earlier; the log must contain it", valueName: "hash"))
  var contains: String?

  func run() throws {
    var check = AuditCheck()
    var wasSeen = contains == nil
    do {
      var lines = FileLines(try OpenFile(file), limit: .max)
      while let line = try lines.next() {
        try check.add(line.bytes)
        if check.chain.hash == contains { wasSeen = true }
      }
      try check.finish()
    } catch let error as FileError {
      throw CommandFailure("\(file): \(error)", .noInput)
    } catch let fault as AuditCheck.Fault {
      let reason =
        switch fault {
        case .broken(let line): "line \(line) was changed, or a line before it was added or removed"
        case .torn(let line): "line \(line), the last one, is incomplete"
        }
      throw CommandFailure("\(file): \(reason)", .dataError)
    }
    guard wasSeen else {
      throw CommandFailure(
        "\(file): the hash is missing: the end was cut off, or this is another log", .dataError)
    }
    print("\(check.chain.sequence) lines, \(check.chain.hash)")
  }
}
