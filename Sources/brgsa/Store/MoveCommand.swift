import ArgumentParser
import CommandLineSupport
import Storage

/// `brgsa db move FROM TO`
struct MoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move",
    abstract:
      "Copy all rows of a store into another one, and compare both; stop the services first",
    discussion: """
      FROM and TO are files, or addresses such as postgresql://host/database (password in PGPASSWORD or \
      ~/.pgpass). The rows are copied as they are, and each checksum is verified. FROM keeps its rows; an \
      older store is migrated first. TO is made if it does not exist. It may have rows of FROM, so a move \
      that was stopped can be repeated. It may not have others.

      At the end, one line for each table has the number of rows and their SHA-256. A wrong row is listed, \
      and left out with the rows that belong to it. If there was one, the exit code is 65.

      Only the rows are moved. Models, keys and audit logs are files of their own. Uploads of waiting jobs are \
      not moved.

        brgsa db move data/brgsa.sqlite postgresql://brgsa@db.example.org/brgsa
      """)

  @Argument(help: "The store to read: a file or an address.")
  var from: String

  @Argument(help: "The store to write: a file or an address.")
  var to: String

  func run() async throws {
    for place in [from, to] {
      if let fault = Store.addressFault(place) {
        throw CommandFailure.configuration("\(URLSecrets.hidden(in: place)) \(fault)")
      }
    }
    let progress = CountLine()
    let result: Store.MoveResult
    do throws(StoreMoveError) {
      result = try await Store.move(from: from, to: to) { table, rows in
        progress.show("\(table): \(rows) rows")
      }
    } catch {
      progress.clear()
      throw failure(error)
    }
    progress.clear()
    for table in result.tables { report(table) }
    Console.note(
      "only the rows were moved; models, keys and audit logs are files of their own"
    )
    if result.unfinishedJobs > 0 {
      Console.note(
        "\(result.unfinishedJobs) jobs have not ended; they need their uploads, which were not moved"
      )
    }
    if let name = result.setAside {
      Console.note("FROM was damaged and was rebuilt from its readable rows; see \(name)")
    }
    guard result.isComplete else {
      throw CommandFailure("not all rows were moved", .dataError)
    }
    Console.print("all tables are equal")
  }

  private func report(_ table: MovedTableResult) {
    for number in table.wrongRows {
      Console.print("\(table.table) \(number): wrong checksum or content")
    }
    if table.dependentRows > 0 {
      Console.print(
        "\(table.table): \(table.dependentRows) rows left out because they belong to wrong rows")
    }
    let (from, to) = (table.source, table.target)
    Console.print(
      from == to
        ? "\(table.table): \(from.rows) rows, sha256 \(from.digest), equal"
        : "\(table.table): \(from.rows) rows, sha256 \(from.digest) in FROM; \(to.rows) rows, sha256 \(to.digest) in TO"
    )
  }

  private func failure(_ error: StoreMoveError) -> CommandFailure {
    switch error {
    case .source(let error): CommandFailure(opening: error, store: from)
    case .noSource: CommandFailure("\(URLSecrets.hidden(in: from)) has no store", .noInput)
    case .target(let error): CommandFailure(opening: error, store: to)
    case .sameStore: CommandFailure("FROM and TO are the same store", .usage)
    case .inMemory: CommandFailure("a store in memory cannot be moved", .usage)
    case .otherRows(let table, let number):
      CommandFailure(
        "store \(URLSecrets.hidden(in: to)): has other rows than FROM (table \(table)\(number.map { ", number \($0)" } ?? "")); use an empty database or a new file",
        .cannotCreate)
    }
  }
}

/// A line on standard error that is updated in place. It is shown only on a terminal.
private final class CountLine {
  private let isTerminal = Terminal.showsMessages
  private var isShown = false

  func show(_ text: String) {
    guard isTerminal else { return }
    isShown = true
    Console.write(Array("\r\u{1B}[K\(text)".utf8), to: 2)
  }

  func clear() {
    guard isShown else { return }
    isShown = false
    Console.write(Array("\r\u{1B}[K".utf8), to: 2)
  }
}
