import FoundationEssentials
import Tensors

/// Variables of the environment that look like settings.
enum SettingsVariables {
  private static let prefix = "BRGSA_"

  /// Variables with the prefix of settings that nothing reads, in their order: misspelt ones, or
  /// those of other programs.
  static func unknown(in environment: [String: String]) -> [String] {
    let known = Set(Setting.allCases.map(name) + ["\(prefix)CONFIG", Kernels.variable])
    return environment.keys.filter { $0.hasPrefix(prefix) && !known.contains($0) }.sorted()
  }

  /// Says which variables count for nothing, so that a misspelt one is noticed.
  static func reportUnknown() {
    for name in unknown(in: ProcessInfo.processInfo.environment) {
      Console.complain("the variable \(name) is not a setting and is ignored")
    }
  }

  private static func name(of setting: Setting) -> String {
    prefix + setting.rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }
}
