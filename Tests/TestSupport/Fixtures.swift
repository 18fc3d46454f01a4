internal import Glibc

/// Files beside the tests.
public enum Fixtures {
  /// `Tests/Fixtures`.
  public static let directory: String = {
    let parts = #filePath.split(separator: "/").dropLast(2)
    return "/" + parts.joined(separator: "/") + "/Fixtures"
  }()

  /// The model directory that is random and tiny; its scores mean nothing.
  public static let tinyModel = "\(directory)/tiny-model"

  /// The same for the family HLIP.
  public static let tinyHLIP = "\(directory)/tiny-hlip"

  /// The top of the checkout.
  public static let checkout: String = {
    "/" + directory.split(separator: "/").dropLast(2).joined(separator: "/")
  }()
}
