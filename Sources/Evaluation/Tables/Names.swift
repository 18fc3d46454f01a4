/// Compares study names from different files.
public enum StudyName {
  /// Returns the form of a name that is used for comparison: without surrounding white space and without a final
  /// `.nii.gz` or `.nii`.
  ///
  /// Comparison is case-sensitive, except for the file extension.
  public static func key(_ name: String) -> String {
    let trimmed = trim(name)
    let lower = trimmed.lowercased()
    // Lowercasing can change the length of other letters, but not of the extension, which is ASCII.
    for ending in [".nii.gz", ".nii"] where lower.hasSuffix(ending) {
      return String(trimmed.dropLast(ending.count))
    }
    return trimmed
  }

  /// Returns the name of the scan that a reconstruction belongs to, by CT-RATE's naming scheme. For `train_1_a_2` this
  /// is `train_1_a`. Returns nil if the name does not follow the scheme.
  ///
  /// - Parameter key: The result of ``key(_:)``.
  /// - Source: CT-RATE's naming scheme, `split_patient_scan_reconstruction`.
  static func scan(_ key: String) -> String? {
    let parts = key.split(separator: "_", omittingEmptySubsequences: false)
    guard
      parts.count == 4, ["train", "valid", "test"].contains(parts[0]), isNumber(parts[1]),
      !parts[2].isEmpty, parts[2].allSatisfy({ $0.isASCII && $0.isLowercase }), isNumber(parts[3])
    else { return nil }
    return parts.dropLast().joined(separator: "_")
  }

  /// Returns true if a column is called `VolumeName`, ignoring case, spaces and underscores.
  static func isColumn(_ name: String) -> Bool {
    LabelName.key(name).filter { $0 != " " } == "volumename"
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
  }
}

/// Compares label names from different files.
public enum LabelName {
  /// Returns the form of a name that is used for comparison. It is in lower case. Each run of white space and
  /// underscores is one space, and such runs at the ends are removed.
  public static func key(_ name: String) -> String {
    name.lowercased().split { $0.isWhitespace || $0 == "_" }.joined(separator: " ")
  }
}

/// Returns `text` without surrounding white space.
func trim(_ text: String) -> String {
  let start = text.drop { $0.isWhitespace }
  guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(start[...end])
}
