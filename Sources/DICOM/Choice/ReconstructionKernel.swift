internal import CheckedNumbers

/// What ConvolutionKernel says of a series: each maker has names of its own.
enum ReconstructionKernel {
  /// Whether it sharpens as kernels for lung and bone do, with noise that hides soft tissue.
  ///
  /// - Parameter text: As it is in the head; the first of several names counts.
  static func isSharp(_ text: String) -> Bool {
    let name = CheckedNumber.trimmed(text.prefix { $0 != "\\" }).uppercased()
    if words.contains(where: name.contains) || letters.contains(name) { return true }
    let digits = name.drop { !$0.isWholeNumber }.prefix { $0.isWholeNumber }
    guard let number = Int(digits: digits, in: 0...999) else { return false }
    // Canon: FC30 to 39 bone, FC49 to 59 lung, FC80 to 89 lung and bone.
    if name.hasPrefix("FC") { return [30...39, 49...59, 80...89].contains { $0.contains(number) } }
    // Siemens: B30f, I31f, Br40, Qr44d, Bl57; from 50 on they sharpen.
    guard let first = name.first, "BDHIQU".contains(first) else { return false }
    return number >= 50
  }

  /// GE and others.
  private static let words = ["LUNG", "BONE", "EDGE", "SHARP", "ULTRA"]
  /// Philips.
  private static let letters: Set<String> = ["D", "E", "L", "YC", "YD", "YE"]
}
