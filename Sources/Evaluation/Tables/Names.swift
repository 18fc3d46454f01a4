/// Compares names of studies in two files.
public enum StudyName {
  /// The compared form: the name without outer white space and without a final `.nii.gz` or `.nii`.
  ///
  /// Case matters, except in the ending.
  public static func key(_ name: String) -> String {
    let trimmed = trim(name)
    let lower = trimmed.lowercased()
    // Lower-casing changes the length of some letters, but not of the ending, which is ASCII.
    for ending in [".nii.gz", ".nii"] where lower.hasSuffix(ending) {
      return String(trimmed.dropLast(ending.count))
    }
    return trimmed
  }

  /// The scan of which a CT-RATE name is one reconstruction: `train_1_a` of `train_1_a_2`; nil for other names.
  ///
  /// - Parameter key: The result of ``key(_:)``.
  /// - Source: CT-RATE's naming, `split_patient_scan_reconstruction`.
  static func scan(_ key: String) -> String? {
    let parts = key.split(separator: "_", omittingEmptySubsequences: false)
    guard
      parts.count == 4, ["train", "valid", "test"].contains(parts[0]), isNumber(parts[1]),
      !parts[2].isEmpty, parts[2].allSatisfy({ $0.isASCII && $0.isLowercase }), isNumber(parts[3])
    else { return nil }
    return parts.dropLast().joined(separator: "_")
  }

  /// Whether a column is called `VolumeName`, in any spelling.
  static func isColumn(_ name: String) -> Bool {
    LabelName.key(name).filter { $0 != " " } == "volumename"
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
  }
}

/// Compares names of labels in two files.
public enum LabelName {
  /// The compared form: lower case, runs of spaces and underscores become one space, none outside.
  public static func key(_ name: String) -> String {
    name.lowercased().split { $0.isWhitespace || $0 == "_" }.joined(separator: " ")
  }
}

/// `text` without white space at either end.
func trim(_ text: String) -> String {
  let start = text.drop { $0.isWhitespace }
  guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(start[...end])
}
