internal import CheckedNumbers

/// Judges a series by its ConvolutionKernel; each manufacturer has its own names.
enum ReconstructionKernel {
  /// Whether it sharpens like kernels for lung and bone, whose noise hides soft tissue.
  ///
  /// - Parameter text: The element's value; the first of several names is used.
  static func isSharp(_ text: String) -> Bool {
    let name = CheckedNumber.trimmed(text.prefix { $0 != "\\" }).uppercased()
    if words.contains(where: name.contains) || letters.contains(name) { return true }
    let digits = name.drop { !$0.isWholeNumber }.prefix { $0.isWholeNumber }
    guard let number = Int(digits: digits, in: 0...999) else { return false }
    // Canon: FC30 to 39 bone, FC49 to 59 lung, FC80 to 89 lung and bone.
    if name.hasPrefix("FC") { return [30...39, 49...59, 80...89].contains { $0.contains(number) } }
    // Siemens: B30f, I31f, Br40, Qr44d, Bl57; from 50 they sharpen.
    guard let first = name.first, "BDHIQU".contains(first) else { return false }
    return number >= 50
  }

  /// GE and others.
  private static let words = ["LUNG", "BONE", "EDGE", "SHARP", "ULTRA"]
  /// Philips.
  private static let letters: Set<String> = ["D", "E", "L", "YC", "YD", "YE"]
}
