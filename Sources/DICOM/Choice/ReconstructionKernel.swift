internal import CheckedNumbers

/// Judges a series by its ConvolutionKernel. Each manufacturer has its own names of kernels.
enum ReconstructionKernel {
  /// True if the kernel sharpens. Kernels for lung and bone do, and their noise hides soft tissue.
  ///
  /// - Parameter text: The element's value. If it lists several names, the first is used.
  static func isSharp(_ text: String) -> Bool {
    let name = CheckedNumber.trimmed(text.prefix { $0 != "\\" }).uppercased()
    if words.contains(where: name.contains) || letters.contains(name) { return true }
    let digits = name.drop { !$0.isWholeNumber }.prefix { $0.isWholeNumber }
    guard let number = Int(digits: digits, in: 0...999) else { return false }
    // Canon: FC30 to 39 are bone kernels, FC49 to 59 lung, and FC80 to 89 lung and bone.
    if name.hasPrefix("FC") { return [30...39, 49...59, 80...89].contains { $0.contains(number) } }
    // Siemens: a letter, then a number, as in B30f, I31f, Br40, Qr44d and Bl57. A kernel sharpens
    // if its number is 50 or more.
    guard let first = name.first, "BDHIQU".contains(first) else { return false }
    return number >= 50
  }

  /// Words in the names of sharp kernels of GE and others.
  private static let words = ["LUNG", "BONE", "EDGE", "SHARP", "ULTRA"]
  /// Names of sharp Philips kernels.
  private static let letters: Set<String> = ["D", "E", "L", "YC", "YD", "YE"]
}
