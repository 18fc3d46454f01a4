import TestSupport
import Testing

@testable import HTTP

/// What handlers may hold in memory, all together.
@Suite struct HeldBytesTests {
  @Test func theLastByteFitsAndOneMoreDoesNot() {
    let held = HeldBytes(limit: 10)
    #expect(held.take(4) && held.take(6))
    #expect(!held.take(1) && held.take(0))
    held.giveBack(6)
    #expect(!held.take(7) && held.take(6))
  }

  @Test func oneAloneIsAlwaysLetIn() {
    let held = HeldBytes(limit: 10)
    #expect(held.take(11) && !held.take(1))
    held.giveBack(11)
    #expect(held.take(10))
  }

  @Test func filesInTheSpoolDoNotCount() throws {
    let spool = try TestServer.makeSpool()
    let policy = BodyPolicy.upload(
      UploadPolicy(
        byteLimit: 100, rawTypes: ["application/gzip", "application/json"],
        rawLimits: ["application/json": 9]))
    let reading = BodyPolicy.upload(
      UploadPolicy(byteLimit: 100, rawTypes: ["application/gzip"], memoryBytes: 5))
    func body(_ type: String?) throws -> Request.Body {
      .file(
        UploadedFile(
          file: try SpoolFile(directory: spool, reserving: 0), byteCount: 7, sha256: [],
          contentType: type))
    }
    #expect(try body("application/json").heldByteCount(policy) == 7)
    #expect(try body("application/gzip").heldByteCount(policy) == 0)
    #expect(try body(nil).heldByteCount(policy) == 0)
    // Of some a handler reads the beginning.
    #expect(try body("application/gzip").heldByteCount(reading) == 5)
    let form = Request.Body.form(files: [:], fields: ["a": [1, 2], "b": [3]])
    #expect(form.heldByteCount(policy) == 3)
    #expect(Request.Body.none.heldByteCount(.none) == 0)
  }
}
