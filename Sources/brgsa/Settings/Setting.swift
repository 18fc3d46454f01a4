import CheckedNumbers

/// One setting: the flag `--name`, the variable `BRGSA_NAME` and the line `name: …` of a settings file.
///
/// `Value` is its type in ``Settings``: `String`, `Int` or `Bool`.
struct Setting<Value>: AnySetting {
  let name: String
  let kind: SettingKind
  let standard: String
  let placeholder: String
  let help: String
  let display: SettingDisplay
  let fault: @Sendable (String) -> String?
}

/// A setting of any kind.
protocol AnySetting: Sendable {
  var name: String { get }
  var kind: SettingKind { get }
  /// The default value.
  var standard: String { get }
  /// The placeholder of the value in `--help`.
  var placeholder: String { get }
  /// Explains the setting in `--help` and `brgsa config --print`.
  var help: String { get }
  var display: SettingDisplay { get }
  /// Describes the fault of a value of the right kind; nil if it is allowed.
  var fault: @Sendable (String) -> String? { get }
}

/// The name of the kind of a value.
enum SettingKind: String {
  case text = "a text"
  case number = "a whole number"
  case flag = "true or false"
}

/// How much of a value is shown.
enum SettingDisplay {
  /// The whole value, unless it is an address by mistake.
  case plain
  /// An address without its password.
  case address
  /// Nothing. Such a setting has no flag either, because other users can read the flags of a
  /// process.
  case secret
}

extension Setting<String> {
  /// A text. It may be empty only if its default is empty, which means none.
  init(
    _ name: String, default standard: String = "", _ placeholder: String, _ help: String,
    display: SettingDisplay = .plain, fault: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.init(
      name: name, kind: .text, standard: standard, placeholder: placeholder, help: help,
      display: display, fault: fault)
  }

  /// A raw value of an enumeration.
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
  /// False by default.
  init(_ name: String, _ help: String) {
    self.init(
      name: name, kind: .flag, standard: "false", placeholder: "", help: help, display: .plain
    ) { _ in nil }
  }
}
