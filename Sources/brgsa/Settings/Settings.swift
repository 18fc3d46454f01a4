import ArgumentParser
import Calibrations
import Configuration
import Glibc
import Inference
import Logging
import StrictJSON

/// The effective settings, and where each came from: flag, environment, file or default.
struct Settings {
  private var contents: [Setting: (content: ConfigContent, source: String)] = [:]

  /// Puts the layers together.
  ///
  /// - Parameters:
  ///   - flags: What the command line says.
  ///   - file: The YAML file of `--config` or `BRGSA_CONFIG`, if any.
  /// - Throws: `ExitCode.configuration`, after saying which setting is bad.
  init(flags: [Setting: ConfigContent], file: String?) async throws {
    var layers: [(source: String, provider: any ConfigProvider)] = [
      ("flag", Self.provider(flags)),
      ("environment", EnvironmentVariablesProvider().prefixKeys(with: "brgsa")),
    ]
    if let path = file ?? getenv("BRGSA_CONFIG").map({ String(cString: $0) }) {
      do throws(SettingsFile.Fault) {
        layers.append(("file", Self.provider(try SettingsFile.settings(at: path))))
      } catch {
        throw Self.refuse(error.reason)
      }
    }
    for setting in Setting.allCases {
      contents[setting] = (setting.standard, "default")
      for (source, provider) in layers {
        if let content = try Self.content(of: setting, in: provider, source) {
          contents[setting] = (content, source)
          break
        }
      }
    }
    try requireValid()
  }

  func text(_ setting: Setting) -> String {
    if case .string(let text)? = contents[setting]?.content { text } else { "" }
  }

  func number(_ setting: Setting) -> Int {
    if case .int(let number)? = contents[setting]?.content { number } else { 0 }
  }

  func flag(_ setting: Setting) -> Bool {
    if case .bool(let flag)? = contents[setting]?.content { flag } else { false }
  }

  /// The settings as the YAML file that would give them.
  var yaml: String {
    Setting.allCases.map { setting in
      let value =
        switch setting.kind {
        case .text where setting == .summarizerKey && !text(setting).isEmpty: "\"(set)\""
        case .text where setting == .summarizerURL:
          Self.quoted(URLSecrets.hidden(inURL: text(setting)))
        case .text: Self.quoted(URLSecrets.hidden(in: text(setting)))
        case .number: String(number(setting))
        case .flag: String(flag(setting))
        }
      let source = contents[setting]?.source ?? "default"
      return "# \(setting.explanation) (\(source))\n\(setting.rawValue): \(value)"
    }.joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String {
    String(decoding: JSON.string(text).bytes, as: UTF8.self)
  }

  private func requireValid() throws {
    for setting in Setting.allCases {
      if case .number(let range) = setting.kind, !range.contains(number(setting)) {
        throw Self.refuse(
          "\(setting.rawValue) is \(number(setting)), allowed are \(range.lowerBound) to \(range.upperBound)"
        )
      }
    }
    let calibration = text(.calibration)
    guard Calibration.reservedNames.contains(calibration) || Calibration.isName(calibration) else {
      throw Self.refuse("calibration is neither model nor none nor a name of a–z, 0–9 and hyphens")
    }
    guard Persistence(rawValue: text(.persist)) != nil else {
      throw Self.refuse("persist is not one of \(Persistence.allCases.map(\.rawValue))")
    }
    guard Logger.Level(rawValue: text(.logLevel)) != nil else {
      throw Self.refuse("log-level is not one of \(Logger.Level.allCases.map(\.rawValue))")
    }
    guard LogFormat(rawValue: text(.logFormat)) != nil else {
      throw Self.refuse("log-format is not one of \(LogFormat.allCases.map(\.rawValue))")
    }
  }

  private static func provider(_ flags: [Setting: ConfigContent]) -> InMemoryProvider {
    InMemoryProvider(
      values: [AbsoluteConfigKey: ConfigValue](
        uniqueKeysWithValues: flags.map { ($0.key, ConfigValue($1, isSecret: false)) }))
  }

  private static func content(
    of setting: Setting, in provider: any ConfigProvider, _ source: String
  ) throws -> ConfigContent? {
    let content: ConfigContent?
    do {
      content = try provider.value(forKey: setting.key, type: setting.type).value?.content
    } catch {
      throw refuse("\(setting.rawValue) (\(source)) is not \(setting.kind.words)")
    }
    guard case .string(let text)? = content else { return content }
    // A variable or flag whose value got lost is not a choice; in a file, "" is written on purpose.
    let isChosen = text.isEmpty && source == "file" && setting.mayBeEmpty
    if !isChosen, text.allSatisfy(\.isWhitespace) {
      throw refuse(
        "\(setting.rawValue) (\(source)) is empty: leave it out\(setting.mayBeEmpty ? ", or write \"\" in the settings file for none" : " or give it a value")"
      )
    }
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw refuse("\(setting.rawValue) (\(source)) has a control character, such as a line break")
    }
    return content
  }

  private static func refuse(_ reason: String) -> ExitCode {
    Console.complain("configuration: \(reason)")
    return .configuration
  }
}
