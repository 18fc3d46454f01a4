import ArgumentParser
import CommandLineSupport
import Storage

/// `brgsa db migrate`
struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Make or migrate the tables of the store, and end",
    discussion: """
      serve does the same at its start. Use this command where serve may not make tables, for example in an \
      init container whose role owns the schema. It prints the version before and after; 0 is a new store. A \
      file is copied first, and must not be in use. A PostgreSQL database may be in use by services of the \
      version before.
      """)

  @Argument(help: "The store: a file or an address (default: the setting store).")
  var place: String?

  @OptionGroup var options: DatabaseOptions

  func run() throws {
    let path: String
    if let place {
      if let fault = Store.addressFault(place) {
        throw CommandFailure.configuration("\(URLSecrets.hidden(in: place)) \(fault)")
      }
      path = place
    } else {
      path = try options.path()
    }
    guard path != ":memory:" else {
      throw CommandFailure("a store in memory has nothing to migrate", .usage)
    }
    do throws(StoreError) {
      let (from, to) = try Store.migrate(path: path)
      Console.print("version \(from) to \(to)")
    } catch {
      throw CommandFailure(opening: error, store: path)
    }
  }
}
