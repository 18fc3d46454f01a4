import ArgumentParser
import CommandLineSupport
import Storage

/// The command `brgsa db`.
struct DatabaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db",
    abstract: "Check, copy, compact and move stored data",
    discussion: """
      check, backup and retain work while the service runs. Before vacuum, export, import and move, stop the \
      service, because they need exclusive access to the store.
      """,
    subcommands: [
      CheckDatabaseCommand.self, BackupCommand.self, RetainCommand.self, VacuumCommand.self,
      ExportCommand.self, ImportCommand.self, MoveCommand.self, MigrateCommand.self,
    ])
}

/// The options of commands that need only the store.
struct DatabaseOptions: ParsableArguments {
  @OptionGroup var options: SettingOptions<StoreSettings>

  /// Returns the path of the store's file, or the address of its database.
  func path() throws -> String { try options.settings().store }

  /// Calls `body`, and converts an error of the store at `path` to a `CommandFailure`.
  static func using<Value>(
    _ path: String, _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let error as StoreError {
      throw CommandFailure(error, store: path)
    }
  }
}

/// The command `brgsa db check`.
struct CheckDatabaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the store and list its damage; the service may run")

  @OptionGroup var options: DatabaseOptions

  func run() throws {
    let path = try options.path()
    let faults = try DatabaseOptions.using(path) {
      try Store.check(path: path)
    }
    for copy in Store.migrationCopies(of: path) {
      Console.note(
        "\(copy.name) is a copy from before a migration; it has stored data that deletions do not reach"
      )
    }
    guard !faults.isEmpty else { return Console.print("ok") }
    for fault in faults { Console.print(fault) }
    throw ExitCode.dataError
  }
}

/// The command `brgsa db backup FILE`.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the store at one moment into a new file; the service may run",
    discussion: "The copy appears completely or not at all. An existing file is never overwritten.")

  @Argument(help: "The file to make.")
  var file: String

  @OptionGroup var options: DatabaseOptions

  func run() throws {
    let path = try options.path()
    guard !Store.isAddress(path) else {
      throw CommandFailure.configuration(
        "backup copies a store in a file; for PostgreSQL, use pg_dump --schema=brgsa")
    }
    do throws(StoreError) {
      try Store.backup(path: path, to: file)
    } catch {
      throw CommandFailure("backup of \(path) to \(file): \(error.message)", .cannotCreate)
    }
  }
}

/// The command `brgsa db vacuum`.
struct VacuumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vacuum",
    abstract: "Compact the database; stop the service first",
    discussion: "The disk needs space for a second copy of the file.")

  @OptionGroup var options: DatabaseOptions

  func run() throws {
    let path = try options.path()
    let store = try Store.opened(path)
    try DatabaseOptions.using(path) { try store.vacuum() }
    store.close()
  }
}
