import Archives
import ArgumentParser
import CommandLineSupport
import Formats
import Glibc
import Inference
import Storage

/// The command `brgsa db retain`.
struct RetainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retain",
    abstract: "Show what retention would erase now, and confirm it; the service may run",
    discussion: """
      After a start or a jump of the clock, retention may find that more than a quarter of the store is too \
      old. It then waits before it erases anything. Compare the time that this command prints with a clock \
      that you trust, then run the command again with --confirm.
      """)

  @OptionGroup var options: SettingOptions<RetentionSettings>

  @Flag(name: .long, help: "Let the service erase the listed data, now or at its next start")
  var confirm = false

  func run() throws {
    let settings = try options.settings()
    let path = settings.store
    let policy = RetentionPolicy(days: settings.retentionDays)
    guard policy.days > 0 else {
      throw CommandFailure.configuration("retention-days is 0, so retention erases nothing")
    }
    let now = time(nil)
    let limit = policy.limit(now: now)
    let census = try DatabaseOptions.using(path) {
      try Store.ageCensus(path: path, createdBefore: limit, now: now)
    }
    Console.print(
      "the clock says \(Timestamp.rfc3339(secondsSince1970: now)); \(census.old) of \(census.all) volumes, reports and diagnoses are older than \(policy.days) days"
    )
    if census.early > 0 { Console.print("\(census.early) have a future date") }
    guard confirm else { return }
    let file = try settings.storeFile() ?? path
    do throws(PrivateFile.Fault) {
      try RetentionConfirmation(store: file).write(before: limit)
    } catch {
      throw CommandFailure("confirmation next to \(file): \(error.words)", .cannotCreate)
    }
    Console.print(
      "confirmed: the service erases data stored before \(Timestamp.rfc3339(secondsSince1970: limit))"
    )
  }
}
