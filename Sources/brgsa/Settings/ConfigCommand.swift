import ArgumentParser
import CommandLineSupport

/// The command `brgsa config --print`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show the effective settings of serve",
    discussion: """
      A setting can come from a flag such as --max-body, from a variable such as BRGSA_MAX_BODY, or from the \
      YAML file that --config or BRGSA_CONFIG names. Flags take precedence over variables, variables over \
      the file, and the file over the defaults. The output is such a YAML file, with the source of each \
      value as a comment. Passwords and keys are hidden. A setting that is unknown, empty or of the wrong \
      kind is refused.
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
