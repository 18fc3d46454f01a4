import ArgumentParser
import CommandLineSupport

/// `brgsa config --print`
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show the effective settings of serve",
    discussion: """
      Flags take precedence over BRGSA_… variables (BRGSA_MAX_BODY for --max-body), variables over the YAML \
      file of --config or BRGSA_CONFIG, and the file over the defaults. The output is such a YAML file and \
      lists the source of each value. A setting that is unknown, empty or of the wrong kind is refused; \
      passwords and keys are hidden.
      """)

  @OptionGroup var options: SettingOptions<ServiceSettings>

  @Flag(name: .long, help: "Print the settings (required)")
  var print = false

  func run() throws {
    guard print else { throw ValidationError("Use brgsa config --print.") }
    Settings.reportUnknownVariables()
    Console.print(try options.settings().yaml)
  }
}
