import CheckedNumbers
import Configuration
import FoundationEssentials
import Glibc
import Yams

/// The settings of a YAML file: a mapping from names of settings to plain values.
///
/// Whatever is not exactly that is refused, so that a setting which was written down is never
/// silently ignored.
enum SettingsFile {
  /// Why a file is refused, in words that name the setting.
  struct Fault: Error {
    let reason: String
  }

  /// Reads a file.
  ///
  /// - Throws: ``Fault``.
  static func settings(at path: String) throws(Fault) -> [Setting: ConfigContent] {
    guard access(path, R_OK) == 0 else {
      throw Fault(reason: "\(path): \(String(cString: strerror(errno)))")
    }
    let document: Node?
    do {
      document = try Yams.compose(yaml: String(contentsOfFile: path, encoding: .utf8))
    } catch YamlError.duplicatedKeysInMapping {
      throw Fault(reason: "\(path) has a setting twice")
    } catch {
      throw Fault(reason: "\(path) cannot be read as YAML")
    }
    guard case .mapping(let mapping)? = document else {
      throw Fault(reason: "\(path) has no settings: expected lines such as “port: 8080”")
    }
    var settings: [Setting: ConfigContent] = [:]
    for (key, value) in mapping {
      guard case .scalar(let name) = key else {
        throw Fault(reason: "\(path): the name of a setting is a list or a mapping")
      }
      guard let setting = Setting(rawValue: name.string) else {
        throw Fault(reason: "\(path): \(name.string) is not a setting")
      }
      guard let content = content(of: setting, value) else {
        throw Fault(
          reason: "\(path): \(setting.rawValue) is \(kind(of: value))not \(setting.kind.words)")
      }
      settings[setting] = content
    }
    return settings
  }

  /// The value of a setting; nil if it is of another kind.
  private static func content(of setting: Setting, _ node: Node) -> ConfigContent? {
    guard case .scalar(let scalar) = node, !isNull(node) else { return nil }
    switch setting.kind {
    case .number: return Int(digits: scalar.string).map(ConfigContent.int)
    case .flag: return (node.bool ?? Bool(scalar.string)).map(ConfigContent.bool)
    case .text:
      // “audit-log: no” is meant as “none”, not as the name of a file.
      guard !isBool(node) else { return nil }
      return .string(scalar.string)
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
