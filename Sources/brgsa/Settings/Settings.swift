import CheckedNumbers
import CommandLineSupport
import FoundationEssentials
import StrictJSON
import Tensors

/// The effective values of all settings, and the source of each value: flag, environment, file or default.
///
/// Each setting is a property with the same name as in ``SettingTable``.
@dynamicMemberLookup
struct Settings: Sendable {
  static let table = SettingTable()
  private static let variablePrefix = "BRGSA_"

  private var values: [String: (text: String, source: String)] = [:]

  /// Determines the values from all sources.
  ///
  /// - Parameters:
  ///   - flags: The values on the command line, by setting name.
  ///   - file: The YAML file from `--config`; nil to use the file in `BRGSA_CONFIG`, if set.
  /// - Throws: `CommandFailure`, which names the faulty setting.
  init(flags: [String: String], file: String?) throws(CommandFailure) {
    let environment = ProcessInfo.processInfo.environment
    let path = file ?? environment["\(Self.variablePrefix)CONFIG"]
    let lines = try path.map(SettingsFile.settings) ?? [:]
    for setting in Self.table.all {
      let layers = [
        ("flag", flags[setting.name]), ("environment", environment[Self.variable(setting)]),
        ("file", lines[setting.name]),
      ]
      values[setting.name] = (setting.standard, "default")
      if case (let source, let text?)? = layers.first(where: { $1 != nil }) {
        values[setting.name] = (try Self.value(of: setting, text, source), source)
      }
    }
  }

  subscript(dynamicMember setting: KeyPath<SettingTable, Setting<String>>) -> String {
    text(Self.table[keyPath: setting])
  }

  subscript(dynamicMember setting: KeyPath<SettingTable, Setting<Int>>) -> Int {
    Int(digits: text(Self.table[keyPath: setting])) ?? 0
  }

  subscript(dynamicMember setting: KeyPath<SettingTable, Setting<Bool>>) -> Bool {
    text(Self.table[keyPath: setting]) == "true"
  }

  /// The settings as a YAML file with the same effect. Secrets are hidden.
  var yaml: String {
    Self.table.all.map { setting in
      let text = text(setting)
      let shown =
        switch (setting.kind, setting.display) {
        case (.number, _), (.flag, _): text
        case (.text, .plain): Self.quoted(URLSecrets.hidden(in: text))
        case (.text, .address): Self.quoted(URLSecrets.hidden(inURL: text))
        case (.text, .secret): Self.quoted(text.isEmpty ? "" : "(set)")
        }
      let source = values[setting.name]?.source ?? "default"
      return "# \(setting.help) (\(source))\n\(setting.name): \(shown)"
    }.joined(separator: "\n")
  }

  /// Prints a note for each variable that starts with `BRGSA_` but is not a setting. It may be misspelt or belong to
  /// another program.
  static func reportUnknownVariables() {
    let known = Set(table.all.map(variable) + ["\(variablePrefix)CONFIG"])
    let names = ProcessInfo.processInfo.environment.keys.filter { $0.hasPrefix(variablePrefix) }
    for name in names.sorted() where !known.contains(name) {
      Console.note("the variable \(name) is not a setting and is ignored")
    }
  }

  private func text(_ setting: any AnySetting) -> String {
    values[setting.name]?.text ?? setting.standard
  }

  private static func variable(_ setting: any AnySetting) -> String {
    variablePrefix + setting.name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }

  private static func quoted(_ text: String) -> String {
    String(decoding: JSON.string(text).bytes, as: UTF8.self)
  }

  /// Checks a value and converts it to its canonical form.
  private static func value(
    of setting: any AnySetting, _ text: String, _ source: String
  ) throws(CommandFailure) -> String {
    let value: String? =
      switch setting.kind {
      case .text: text
      case .number: Int(digits: text).map(String.init)
      case .flag: truth(text).map(String.init)
      }
    guard let value else {
      throw .configuration("\(setting.name) (\(source)) is not \(setting.kind.rawValue)")
    }
    let mayBeEmpty = setting.standard.isEmpty
    // An empty variable or flag is probably a mistake. In a file, "" is intentional.
    if value.allSatisfy(\.isWhitespace), !(value.isEmpty && source == "file" && mayBeEmpty) {
      throw .configuration(
        "\(setting.name) (\(source)) is empty: remove it\(mayBeEmpty ? ", or write \"\" in the settings file for none" : " or give it a value")"
      )
    }
    guard value.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw .configuration(
        "\(setting.name) (\(source)) has a control character, such as a line break")
    }
    if let fault = setting.fault(value) { throw .configuration("\(setting.name) \(fault)") }
    return value
  }

  private static func truth(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "1": true
    case "false", "no", "0": false
    default: nil
    }
  }
}
