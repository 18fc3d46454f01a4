/// Names of repeated fields, in the styles of various clients.
public enum ListName {
  /// `prompt` for `prompt`, `prompt[]` and `prompt[3]`; nil if the brackets contain anything else.
  public static func plain(_ name: String) -> String? {
    guard name.hasSuffix("]"), let open = name.firstIndex(of: "[") else { return name }
    let index = name[name.index(after: open)...].dropLast()
    return index.allSatisfy { $0.isASCII && $0.isNumber } ? String(name[..<open]) : nil
  }
}
