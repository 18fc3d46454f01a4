/// Names of form fields that may repeat. Clients write these names in different styles.
public enum ListName {
  /// Returns the name without brackets: `prompt` for `prompt`, `prompt[]` and `prompt[3]`. Returns nil if the
  /// brackets contain anything but digits.
  public static func plain(_ name: String) -> String? {
    guard name.hasSuffix("]"), let open = name.firstIndex(of: "[") else { return name }
    let index = name[name.index(after: open)...].dropLast()
    return index.allSatisfy { $0.isASCII && $0.isNumber } ? String(name[..<open]) : nil
  }
}
