/// Names of things that come several times, as clients of different makers write them.
public enum ListName {
  /// `prompt` for `prompt`, `prompt[]` and `prompt[3]`; nil if the brackets hold anything else.
  public static func plain(_ name: String) -> String? {
    guard name.hasSuffix("]"), let open = name.firstIndex(of: "[") else { return name }
    let index = name[name.index(after: open)...].dropLast()
    return index.allSatisfy { $0.isASCII && $0.isNumber } ? String(name[..<open]) : nil
  }
}
