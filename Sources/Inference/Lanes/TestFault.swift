internal import Glibc

/// Ends the process on purpose while it handles an upload. Only tests use this.
enum TestFault {
  /// `sha256-…` of the upload that ends the process. This variable is never set in production.
  private static let upload = getenv("BRGSA_TEST_FATAL_UPLOAD").map { String(cString: $0) }

  /// Aborts the process, as a trap would, if `id` is the upload under test.
  static func endProcess(at id: String) {
    guard let upload, upload == id else { return }
    signal(SIGABRT, SIG_DFL)
    abort()
  }
}
