internal import CheckedNumbers

/// Classifies a series by its ConvolutionKernel. Each manufacturer names its kernels differently.
enum ReconstructionKernel {
  /// True if the kernel sharpens the image. Sharp kernels, made for lung and bone, add noise that hides soft tissue.
  ///
  /// - Parameter text: The value of ConvolutionKernel. If it lists several names, the first one is used.
  static func isSharp(_ text: String) -> Bool {
    let name = CheckedNumber.trimmed(text.prefix { $0 != "\\" }).uppercased()
    if words.contains(where: name.contains) || letters.contains(name) { return true }
    let digits = name.drop { !$0.isWholeNumber }.prefix { $0.isWholeNumber }
    guard let number = Int(digits: digits, in: 0...999) else { return false }
    // Canon: FC30 to FC39 are bone kernels, FC49 to FC59 lung kernels, and FC80 to FC89 lung and bone kernels.
    if name.hasPrefix("FC") { return [30...39, 49...59, 80...89].contains { $0.contains(number) } }
    // Siemens: a letter followed by a number, as in B30f, I31f, Br40, Qr44d and Bl57. Numbers from 50 are sharp
    // kernels.
    guard let first = name.first, "BDHIQU".contains(first) else { return false }
    return number >= 50
  }

  /// Words in the names of sharp kernels of GE and other manufacturers.
  private static let words = ["LUNG", "BONE", "EDGE", "SHARP", "ULTRA"]
  /// Names of sharp kernels of Philips.
  private static let letters: Set<String> = ["D", "E", "L", "YC", "YD", "YE"]
}
