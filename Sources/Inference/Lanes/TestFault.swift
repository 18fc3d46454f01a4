internal import Glibc

/// A fault on purpose, so that tests can show what happens when an upload ends the process.
enum TestFault {
  /// `sha256-…` of the upload that ends the process; unset in every real service.
  private static let upload = getenv("BRGSA_TEST_FATAL_UPLOAD").map { String(cString: $0) }

  /// Ends the process as a trap would if this is the upload that a test named.
  static func endProcess(at id: String) {
    guard let upload, upload == id else { return }
    signal(SIGABRT, SIG_DFL)
    abort()
  }
}
