import CheckedNumbers

/// A setting. Its value comes from the flag `--name`, the variable `BRGSA_NAME` or the line `name: …` of a settings
/// file.
///
/// `Value` is the type of the value in ``Settings``: `String`, `Int` or `Bool`.
struct Setting<Value>: AnySetting {
  let name: String
  let kind: SettingKind
  let standard: String
  let placeholder: String
  let help: String
  let display: SettingDisplay
  let fault: @Sendable (String) -> String?
}

/// A setting with a value of any type.
protocol AnySetting: Sendable {
  var name: String { get }
  var kind: SettingKind { get }
  /// The default value.
  var standard: String { get }
  /// The placeholder for the value in `--help`.
  var placeholder: String { get }
  /// The explanation in `--help` and `brgsa config --print`.
  var help: String { get }
  var display: SettingDisplay { get }
  /// Returns the fault of a value of the right kind; nil if the value is valid.
  var fault: @Sendable (String) -> String? { get }
}

/// The kind of a value. The raw value is its name in error messages.
enum SettingKind: String {
  case text = "a text"
  case number = "a whole number"
  case flag = "true or false"
}

/// How much of a value may be shown.
enum SettingDisplay {
  /// The whole value is shown. If it turns out to be a URL, its secrets are hidden.
  case plain
  /// The value is a URL. It is shown without its password and other secrets.
  case address
  /// The value is never shown. Such a setting has no flag, because other users on the machine can read a process's
  /// arguments.
  case secret
}

extension Setting<String> {
  /// Makes a setting with a text value. An empty text means that nothing is set, and is valid only if the default is
  /// empty.
  init(
    _ name: String, default standard: String = "", _ placeholder: String, _ help: String,
    display: SettingDisplay = .plain, fault: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.init(
      name: name, kind: .text, standard: standard, placeholder: placeholder, help: help,
      display: display, fault: fault)
  }

  /// Makes a setting whose value is one of an enumeration's raw values.
  init<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, default standard: Choice, _ placeholder: String, _ help: String
  ) {
    let names = Choice.allCases.map(\.rawValue)
    self.init(name, default: standard.rawValue, placeholder, help) {
      names.contains($0) ? nil : "is not one of \(names)"
    }
  }
}

extension Setting<Int> {
  init(
    _ name: String, default standard: Int, _ range: ClosedRange<Int>, _ placeholder: String,
    _ help: String
  ) {
    self.init(
      name: name, kind: .number, standard: "\(standard)", placeholder: placeholder, help: help,
      display: .plain
    ) { text in
      Int(digits: text).map(range.contains) == true
        ? nil : "is \(text); the allowed range is \(range.lowerBound) to \(range.upperBound)"
    }
  }
}

extension Setting<Bool> {
  /// Makes a Boolean setting. Its default is false.
  init(_ name: String, _ help: String) {
    self.init(
      name: name, kind: .flag, standard: "false", placeholder: "", help: help, display: .plain
    ) { _ in nil }
  }
}
