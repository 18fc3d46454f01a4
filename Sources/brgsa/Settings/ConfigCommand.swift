import ArgumentParser

/// `brgsa config --print`
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show the settings that serve would run with.",
    discussion: """
      Flags go before BRGSA_… variables (BRGSA_MAX_BODY for --max-body), these before the YAML file of \
      --config or BRGSA_CONFIG, and that before the defaults. The output is such a YAML file and says \
      where each value came from. A setting that is unknown, empty or of the wrong kind is refused; \
      passwords and keys are hidden.
      """)

  @OptionGroup var options: ServeOptions

  @Flag(name: .long, help: "Print the settings (the only thing this command does).")
  var print = false

  func run() async throws {
    guard print else { throw ValidationError("Say what to do: brgsa config --print") }
    Console.print(try await options.settings().yaml)
  }
}
