internal import Glibc

/// A deliberate fault, so that tests can end the process during an upload.
enum TestFault {
  /// `sha256-…` of the upload that ends the process; never set in production.
  private static let upload = getenv("BRGSA_TEST_FATAL_UPLOAD").map { String(cString: $0) }

  /// Ends the process, as a trap would, if this is the test's upload.
  static func endProcess(at id: String) {
    guard let upload, upload == id else { return }
    signal(SIGABRT, SIG_DFL)
    abort()
  }
}
