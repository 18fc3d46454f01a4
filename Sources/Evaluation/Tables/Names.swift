/// Compares names of studies in two files.
public enum StudyName {
  /// Returns the form of a name that is compared: the name without white space at its ends and
  /// without a final `.nii.gz` or `.nii`.
  ///
  /// Upper and lower case differ, except in the ending.
  public static func key(_ name: String) -> String {
    let trimmed = trim(name)
    let lower = trimmed.lowercased()
    // Conversion to lower case changes the length of some letters. The ending keeps its length, because it is ASCII.
    for ending in [".nii.gz", ".nii"] where lower.hasSuffix(ending) {
      return String(trimmed.dropLast(ending.count))
    }
    return trimmed
  }

  /// Returns the name of the scan to which a reconstruction belongs, by CT-RATE's names. For
  /// `train_1_a_2` it is `train_1_a`; for names of another form it is nil.
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

  /// Returns true if a column is called `VolumeName`. Case, spaces and underscores do not matter.
  static func isColumn(_ name: String) -> Bool {
    LabelName.key(name).filter { $0 != " " } == "volumename"
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
  }
}

/// Compares names of labels in two files.
public enum LabelName {
  /// Returns the form of a name that is compared. It is in lower case. Each run of white space and
  /// underscores is one space; those at the ends are removed.
  public static func key(_ name: String) -> String {
    name.lowercased().split { $0.isWhitespace || $0 == "_" }.joined(separator: " ")
  }
}

/// Returns `text` without white space at its ends.
func trim(_ text: String) -> String {
  let start = text.drop { $0.isWhitespace }
  guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(start[...end])
}
