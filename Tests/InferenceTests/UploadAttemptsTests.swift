import Glibc
import Testing

@testable import Inference

/// Uploads that ended the process, as the next process counts them. A new object is a new process.
@Suite struct UploadAttemptsTests {
  private let path = "/tmp/brgsa-test-attempts-\(UInt64.random(in: .min ... .max))"

  private func crash(at id: String, beside done: [String] = []) throws {
    let process = UploadAttempts(path: path)
    for other in done {
      try process.start(other)
      process.end(other)
    }
    try process.start(id)
  }

  @Test func anUploadIsRefusedAfterThreeCrashesAndNoOther() throws {
    defer { unlink(path) }
    for _ in 0..<3 { try crash(at: "poison", beside: ["other"]) }
    let process = UploadAttempts(path: path)
    #expect(throws: InferenceError.uploadAbandoned(attempts: 3)) { try process.start("poison") }
    try process.start("other")
    try process.start("third")
  }

  @Test func anUploadThatEndsWellIsForgiven() throws {
    defer { unlink(path) }
    for _ in 0..<2 { try crash(at: "unlucky") }
    let process = UploadAttempts(path: path)
    try process.start("unlucky")
    process.end("unlucky")
    for _ in 0..<2 { try crash(at: "unlucky") }
    #expect(throws: Never.self) { try UploadAttempts(path: path).start("unlucky") }
  }

  /// DICOM files are converted first; that this succeeds says nothing of the encoding.
  @Test func aFirstStepThatEndsWellForgivesNothing() throws {
    defer { unlink(path) }
    for _ in 0..<3 {
      let process = UploadAttempts(path: path)
      try process.start("series")
      process.end("series", isLast: false)
      try process.start("series")
    }
    #expect(throws: InferenceError.uploadAbandoned(attempts: 3)) {
      try UploadAttempts(path: path).start("series")
    }
  }

  @Test func stoppingOnPurposeIsNoCrash() throws {
    defer { unlink(path) }
    for _ in 0..<5 {
      let process = UploadAttempts(path: path)
      try process.start("long")
      process.release()
    }
    #expect(throws: Never.self) { try UploadAttempts(path: path).start("long") }
  }

  @Test func moreUploadsThanTheFileHoldsPushOutTheOldest() throws {
    defer { unlink(path) }
    let process = UploadAttempts(path: path)
    for number in 0..<1000 {
      try process.start("volume \(number)")
      process.end("volume \(number)")
    }
    for number in 0..<200 { try process.start("left \(number)") }
    #expect(throws: Never.self) { try UploadAttempts(path: path).start("left 0") }
  }

  @Test(arguments: [0, 1, 47, 5000])
  func aFileOfAnythingHarmsNobody(count: Int) throws {
    defer { unlink(path) }
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let file = open(path, O_CREAT | O_WRONLY, 0o600)
    #expect(write(file, bytes, count) == count)
    close(file)
    let process = UploadAttempts(path: path)
    try process.start("volume")
    process.end("volume")
  }

  @Test(arguments: ["/proc/nothing/here", "/dev/null", "/tmp"])
  func withoutAFileItCountsInMemory(path: String) throws {
    let process = UploadAttempts(path: path)
    try process.start("volume")
    process.end("volume")
  }
}
