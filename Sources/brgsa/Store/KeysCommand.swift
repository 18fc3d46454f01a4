import ArgumentParser
import CommandLineSupport
import HTTP

/// The command `brgsa keys`.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Make, list and remove the keys of clients",
    discussion: """
      With a keys file the service accepts only requests with a known key, and may listen on addresses \
      other than loopback. The file contains SHA-256 digests of the keys. A key itself is shown only once, \
      when it is made. A running service reads the file again on SIGHUP.

        brgsa keys add pacs --scopes infer,read --keys-file keys
        brgsa serve --keys-file keys --host 0.0.0.0
        curl -H "Authorization: Bearer $KEY" http://host:8080/v1/info

      Scopes: infer (send volumes and texts), read (view and search stored data), write (store, change and \
      erase data), admin (change thresholds), metrics (GET /metrics from another machine).
      """,
    subcommands: [AddKeyCommand.self, ListKeysCommand.self, RemoveKeyCommand.self])
}

/// The options of all subcommands of `brgsa keys`.
struct KeysOptions: ParsableArguments {
  @OptionGroup var options: SettingOptions<KeysSettings>

  /// Returns the keys file, which need not exist.
  ///
  /// - Throws: `ValidationError` if no setting names the file.
  func file() throws -> KeyFile {
    let path = try options.settings().keysFile
    guard !path.isEmpty else { throw ValidationError("Name the file: --keys-file FILE.") }
    return KeyFile(path: path)
  }

  /// Calls `body`, and converts a fault of the file to a `CommandFailure`.
  static func using<Value>(
    _ file: KeyFile, _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let error as KeyFile.Fault {
      throw CommandFailure("keys file \(file.path): \(error.words)", .configuration)
    }
  }
}

/// The command `brgsa keys add`.
struct AddKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make a key and show it once")

  @Argument(help: "The name of the key's owner: letters, digits, dots, hyphens and underscores")
  var name: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The key's scopes, separated by commas: \(KeyFile.scopes)", valueName: "scopes"))
  var scopes: String

  @OptionGroup var options: KeysOptions

  func validate() throws {
    guard AccessKey.isName(name) else {
      throw ValidationError("A key's name has 1 to 64 letters, digits, dots, hyphens, underscores.")
    }
    _ = try wanted()
  }

  func run() throws {
    let file = try options.file()
    let (secret, key) = AccessKey.random(name: name, scopes: try wanted())
    try KeysOptions.using(file) {
      let lines = try file.lines()
      if !lines.allSatisfy({ $0.allSatisfy(\.isWhitespace) || $0.hasPrefix("#") }) {
        guard !(try file.keys().contains { $0.name == name }) else {
          throw KeyFile.Fault(words: "already has a key with this name; remove it first")
        }
      }
      try file.replace(with: lines + [key.line])
    }
    print(secret)
    Console.note(
      "\(name) has \(scopes). The key is shown only once. kill -HUP makes a running service read the file."
    )
  }

  private func wanted() throws -> Set<Scope> {
    let words = scopes.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    let known = words.compactMap(Scope.init(rawValue:))
    guard !words.isEmpty, known.count == words.count else {
      throw ValidationError("Scopes are \(KeyFile.scopes).")
    }
    return Set(known)
  }
}

/// The command `brgsa keys list`.
struct ListKeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List owners and scopes, and check the file")

  @OptionGroup var options: KeysOptions

  func run() throws {
    let file = try options.file()
    let keys = try KeysOptions.using(file) {
      try file.keys()
    }
    for key in keys {
      let scopes = Scope.allCases.filter(key.scopes.contains).map(\.rawValue)
      print("\(key.name)\t\(scopes.joined(separator: ","))")
    }
  }
}

/// The command `brgsa keys remove`.
struct RemoveKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a key from the file")

  @Argument(help: "The key's name.")
  var name: String

  @OptionGroup var options: KeysOptions

  func run() throws {
    let file = try options.file()
    try KeysOptions.using(file) {
      guard try file.keys().contains(where: { $0.name == name }) else {
        throw KeyFile.Fault(words: "has no key with this name")
      }
      let kept = try file.lines().filter { line in
        line.split(whereSeparator: \.isWhitespace).first.map(String.init) != name
      }
      try file.replace(with: kept)
    }
  }
}
