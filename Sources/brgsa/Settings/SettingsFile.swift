import CheckedNumbers
import CommandLineSupport
import Files
import FoundationEssentials
import Glibc
import Yams

/// Reads the settings in a YAML file. The file must map setting names to single values.
///
/// Any other content is refused, so that no setting is silently ignored.
enum SettingsFile {
  /// Returns the text of each setting in the file, by setting name.
  static func settings(at path: String) throws(CommandFailure) -> [String: String] {
    guard access(path, R_OK) == 0 else {
      throw .configuration("\(path): \(FileError.words(for: errno))")
    }
    let document: Node?
    do {
      document = try Yams.compose(yaml: String(contentsOfFile: path, encoding: .utf8))
    } catch YamlError.duplicatedKeysInMapping {
      throw .configuration("\(path) contains a setting twice")
    } catch {
      throw .configuration("\(path) cannot be read as YAML")
    }
    guard case .mapping(let mapping)? = document else {
      throw .configuration("\(path) has no settings: expected lines such as “port: 8080”")
    }
    var settings: [String: String] = [:]
    for (key, value) in mapping {
      guard case .scalar(let name) = key else {
        throw .configuration("\(path): the name of a setting is a list or a mapping")
      }
      guard let setting = Settings.table.all.first(where: { $0.name == name.string }) else {
        throw .configuration("\(path): \(name.string) is not a setting")
      }
      guard let text = text(value, setting.kind) else {
        throw .configuration(
          "\(path): \(setting.name) is \(kind(of: value))not \(setting.kind.rawValue)")
      }
      settings[setting.name] = text
    }
    return settings
  }

  /// Returns the text of a value; nil if the value is of another kind.
  private static func text(_ node: Node, _ kind: SettingKind) -> String? {
    guard case .scalar(let scalar) = node, !isNull(node) else { return nil }
    switch kind {
    case .number: return Int(digits: scalar.string).map(String.init)
    case .flag: return (node.bool ?? Bool(scalar.string)).map(String.init)
    // YAML parses “audit-log: no” as a Boolean. Refuse it, because the user means “none” and not a file called “no”.
    case .text: return isBool(node) ? nil : scalar.string
    }
  }

  private static func isNull(_ node: Node) -> Bool {
    guard case .scalar(let scalar) = node else { return false }
    return node.tag == Tag(.null) || scalar.style == .plain && scalar.string.isEmpty
  }

  private static func isBool(_ node: Node) -> Bool { node.tag == Tag(.bool) }

  private static func kind(of node: Node) -> String {
    switch node {
    case .mapping: "a mapping, "
    case .sequence: "a list, "
    case .scalar where isNull(node): "empty, "
    case .scalar where isBool(node): "a truth value, "
    case .scalar, .alias: ""
    }
  }
}
