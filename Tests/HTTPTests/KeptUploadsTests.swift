import Glibc
import Hashing
import Testing

@testable import HTTP

/// Uploads that outlive the process that received them.
@Suite struct StoredUploadsTests {
  private static func upload(_ bytes: [UInt8], in directory: String) throws -> UploadedFile {
    let file = try SpoolFile(directory: directory, reserving: 0)
    try bytes.withUnsafeBytes { bytes in try file.append(bytes) }
    try file.seal()
    return UploadedFile(
      file: file, byteCount: bytes.count, sha256: Array(SHA256.hash(data: bytes)),
      contentType: "application/gzip")
  }

  private static func again(
    _ name: String, _ upload: UploadedFile, of kept: StoredUploads
  ) async -> UploadedFile? {
    await kept.upload(
      name, byteCount: upload.byteCount, sha256: upload.sha256, contentType: upload.contentType)
  }

  @Test(arguments: [0, 1, 4096, 1_000_003])
  func aKeptFileIsReadAgainAndRemoved(_ count: Int) async throws {
    let directory = try TestServer.makeSpool()
    let upload = try Self.upload((0..<count).map { UInt8(truncatingIfNeeded: $0) }, in: directory)
    let kept = StoredUploads(directory: directory)
    try await kept.keep(upload, as: "job_1")
    let again = try #require(await Self.again("job_1", upload, of: kept))
    #expect(again.sha256 == upload.sha256 && again.byteCount == count)
    #expect(again.contentType == "application/gzip")
    kept.remove("job_1")
    #expect(await Self.again("job_1", upload, of: kept) == nil)
    #expect(rmdir(directory) == 0)
  }

  @Test func aFileThatWasChangedOrCutIsNone() async throws {
    let directory = try TestServer.makeSpool()
    let upload = try Self.upload([1, 2, 3], in: directory)
    let kept = StoredUploads(directory: directory)
    try await kept.keep(upload, as: "job_1")
    let part = try #require(SpoolPart.names(in: directory).first)
    let path = "\(directory)/\(part)/kept-job_1"
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    #expect(pwrite(descriptor, [9], 1, 1) == 1)
    #expect(await Self.again("job_1", upload, of: kept) == nil)
    #expect(ftruncate(descriptor, 2) == 0)
    #expect(await Self.again("job_1", upload, of: kept) == nil)
    close(descriptor)
    kept.removeAll(but: [])
    #expect(rmdir(directory) == 0)
  }

  @Test func onlyFilesThatNobodyNeedsAreRemoved() async throws {
    let directory = try TestServer.makeSpool()
    let kept = StoredUploads(directory: directory)
    let upload = try Self.upload([1], in: directory)
    for name in ["job_1", "job_2", "job_3"] { try await kept.keep(upload, as: name) }
    let foreign = "\(directory)/somebody-elses"
    close(open(foreign, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
    kept.removeAll(but: ["job_2"])
    #expect(await Self.again("job_1", upload, of: kept) == nil)
    #expect(await Self.again("job_2", upload, of: kept) != nil)
    #expect(unlink(foreign) == 0)
    kept.removeAll(but: [])
    #expect(rmdir(directory) == 0)
  }

  @Test func aLinkIsNotFollowed() async throws {
    let directory = try TestServer.makeSpool()
    let kept = StoredUploads(directory: directory)
    let upload = try Self.upload([1, 2], in: directory)
    try await kept.keep(upload, as: "job_1")
    let part = try #require(SpoolPart.names(in: directory).first)
    #expect(symlink("/etc/hostname", "\(directory)/\(part)/kept-job_2") == 0)
    #expect(await Self.again("job_2", upload, of: kept) == nil)
    kept.removeAll(but: [])
    #expect(rmdir(directory) == 0)
  }

  @Test func whereFilesMustHaveNamesTheyAreCopied() async throws {
    let directory = try TestServer.makeSpool()
    let bytes = [UInt8](repeating: 7, count: 70_000)
    let path = "\(directory)/kept-job_0"
    let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    let file = try SpoolFile(reopening: path)
    // A file that had a name and lost it cannot get another one.
    #expect(unlink(path) == 0)
    try file.link(as: "\(directory)/kept-job_1")
    let again = try SpoolFile(reopening: "\(directory)/kept-job_1")
    #expect(again.byteCount == bytes.count)
    #expect(unlink("\(directory)/kept-job_1") == 0)
    #expect(rmdir(directory) == 0)
  }
}
