/// When two files mean the same study.
public enum StudyName {
  /// What is compared: the name without outer white space and without a final `.nii.gz` or `.nii`.
  ///
  /// Upper and lower case differ, but for the ending.
  public static func key(_ name: String) -> String {
    let trimmed = trim(name)
    let lower = trimmed.lowercased()
    // Some letters change their length when lowered; the ending itself is ASCII and does not.
    for ending in [".nii.gz", ".nii"] where lower.hasSuffix(ending) {
      return String(trimmed.dropLast(ending.count))
    }
    return trimmed
  }
}

/// When two files mean the same label.
public enum LabelName {
  /// What is compared: lower case, with runs of spaces and underscores as one space, none outside.
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
