import ArgumentParser
import CheckedNumbers
import CommandLineSupport

/// The settings that a command has flags for.
protocol SettingChoice: Sendable {
  static var settings: [any AnySetting] { get }
}

/// The settings of commands that need only the settings file: no flags.
enum NoSettings: SettingChoice {
  static let settings: [any AnySetting] = []
}

/// The settings of commands that use a model.
enum ModelSettings: SettingChoice {
  static let settings: [any AnySetting] = [
    Settings.table.model, Settings.table.threads, Settings.table.compute, Settings.table.kernels,
  ]
}

/// The settings of `brgsa bench`, which has its own flag for several thread counts.
enum BenchSettings: SettingChoice {
  static let settings: [any AnySetting] = [
    Settings.table.model, Settings.table.compute, Settings.table.kernels,
  ]
}

/// The settings of commands that use the store without a model.
enum StoreSettings: SettingChoice {
  static let settings: [any AnySetting] = [Settings.table.store]
}

/// The settings of commands that use the store and a model.
enum ArchiveSettings: SettingChoice {
  static let settings = ModelSettings.settings + StoreSettings.settings
}

/// The settings of `brgsa db retain`.
enum RetentionSettings: SettingChoice {
  static let settings = StoreSettings.settings + [Settings.table.retentionDays]
}

/// The settings of `brgsa keys`.
enum KeysSettings: SettingChoice {
  static let settings: [any AnySetting] = [Settings.table.keysFile]
}

/// The settings of `brgsa serve`: all settings that are not secret.
enum ServiceSettings: SettingChoice {
  static let settings = Settings.table.all.filter { $0.display != .secret }
}

/// The flags for a command's settings, and the flag `--config`.
///
/// ArgumentParser finds flags by reflection. The mirror of this type therefore contains a flag for each setting, as if
/// each were declared as a property.
struct SettingOptions<Choice: SettingChoice>: ParsableArguments, CustomReflectable {
  private var flags: [String: String] = [:]
  private var file: String?

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: SettingName.self)
    for setting in Choice.settings {
      let key = SettingName(stringValue: setting.name)
      flags[setting.name] =
        switch setting.kind {
        case .flag: try container.decode(Flag<Bool>.self, forKey: key).wrappedValue ? "true" : nil
        case .text, .number: try container.decode(Option<String?>.self, forKey: key).wrappedValue
        }
    }
    file = try container.decode(Option<String?>.self, forKey: .config).wrappedValue
  }

  var customMirror: Mirror {
    let config = Option<String?>(
      help: ArgumentHelp(
        "YAML file with settings; flags and BRGSA_… variables take precedence.", valueName: "file"))
    return Mirror(
      self,
      children: Choice.settings.map { ($0.name, Self.argument($0)) }
        + [(SettingName.config.stringValue, config)])
  }

  func settings() throws(CommandFailure) -> Settings { try Settings(flags: flags, file: file) }

  private static func argument(_ setting: any AnySetting) -> Any {
    let name = NameSpecification.customLong(setting.name)
    let standard = setting.standard.isEmpty ? "" : " (default: \(setting.standard))"
    switch setting.kind {
    case .flag:
      return Flag<Bool>(wrappedValue: false, name: name, help: "\(setting.help).")
    case .text, .number:
      return Option<String?>(
        name: name,
        help: ArgumentHelp("\(setting.help)\(standard).", valueName: setting.placeholder)
      ) { text in
        guard setting.kind == .text || Int(digits: text) != nil else {
          throw ValidationError("It is not \(setting.kind.rawValue).")
        }
        return text
      }
    }
  }
}

private struct SettingName: CodingKey {
  static let config = SettingName(stringValue: "config")

  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
