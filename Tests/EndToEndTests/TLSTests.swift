import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// The service by TLS, asked with curl, which is another implementation of it.
@Suite(.timeLimit(.minutes(30))) struct TLSTests {
  /// A folder with a certificate of its own for localhost, and its key.
  private struct Identity {
    let folder: ArchiveFolder
    var certificate: String { "\(folder.path)/cert.pem" }
    var key: String { "\(folder.path)/key.pem" }
    var arguments: [String] { ["--tls-cert", certificate, "--tls-key", key] }

    init() async throws {
      folder = try ArchiveFolder()
      try await OpenSSL.makeIdentity(in: folder.path)
    }

    /// What curl says.
    func curl(_ service: RunningService, _ target: String, _ arguments: [String] = []) async throws
      -> BrgsaProcess.Outcome
    {
      try await BrgsaProcess(
        ["-sS", "--cacert", certificate] + arguments
          + ["https://localhost:\(service.port)\(target)"], program: "/usr/bin/curl"
      ).outcome()
    }
  }

  @Test func aVolumeComesThroughAsItIs() async throws {
    let identity = try await Identity()
    let service = try await RunningService(identity.arguments)
    let plain = try await RunningService()
    // Several of TLS's records, and so large that it does not come at once.
    let volume = VolumesPhantom(shape: [160, 160, 60], spacing: [2, 2, 5])
      .stored(as: "LPS").file().bytes()
    let file = "\(identity.folder.path)/volume.nii"
    try Data(volume).write(to: URL(fileURLWithPath: file))
    let outcome = try await identity.curl(
      service, "/v1/diagnoses?prompt=pleural+effusion",
      ["-H", "Content-Type: application/octet-stream", "--data-binary", "@\(file)"])
    let answer = try JSON(parsing: Array(outcome.output.utf8))
    let other = try await plain.diagnose(volume).json
    #expect(answer["volume"]?["id"] == other["volume"]?["id"] && answer["volume"]?["id"] != nil)
    #expect(answer["findings"] == other["findings"])
  }

  @Test func manyRequestsShareAConnectionAndJobsAreFollowed() async throws {
    let identity = try await Identity()
    let service = try await RunningService(identity.arguments)
    let targets = (0..<50).flatMap { _ in
      ["https://localhost:\(service.port)/livez", "https://localhost:\(service.port)/v1/info"]
    }
    let many = try await identity.curl(service, "/livez", targets)
    #expect(many.exitCode == 0)
    #expect(many.output.components(separatedBy: #"{"status":"alive"}"#).count == 52)
    let file = "\(identity.folder.path)/volume.nii"
    try Data(HostileVolumes.good().bytes()).write(to: URL(fileURLWithPath: file))
    let posted = try await identity.curl(
      service, "/v1/diagnoses?prompt=gas",
      [
        "-H", "Content-Type: application/octet-stream", "-H", "Prefer: respond-async",
        "--data-binary", "@\(file)",
      ])
    let id = try #require(try JSON(parsing: Array(posted.output.utf8))["id"]?.text)
    let events = try await identity.curl(service, "/v1/jobs/\(id)/events", ["-N"])
    #expect(events.exitCode == 0 && events.output.contains("event: succeeded"))
  }

  @Test func whoSpeaksSomethingElseIsCutOff() async throws {
    let identity = try await Identity()
    let service = try await RunningService(identity.arguments)
    let plain = try RawClient(port: service.port)
    await plain.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(await plain.isClosedByServer())
    // Says nothing: closed when its time for a request's head is over.
    let start = ContinuousClock.now
    let silent = try RawClient(port: service.port)
    #expect(await silent.isClosedByServer())
    #expect(ContinuousClock.now - start > .seconds(5))
    // A certificate that the client does not know is the client's to refuse.
    let stranger = try await BrgsaProcess(
      ["-sS", "https://localhost:\(service.port)/livez"], program: "/usr/bin/curl"
    ).outcome()
    #expect(stranger.exitCode == 60)
    let old = try await identity.curl(service, "/livez", ["--tls-max", "1.1"])
    #expect(old.exitCode == 35)
    #expect(try await identity.curl(service, "/livez").exitCode == 0)
  }

  @Test func sigtermEndsIt() async throws {
    let identity = try await Identity()
    let service = try await RunningService(identity.arguments)
    // A connection that is open and idle must not hold it up.
    let idle = try RawClient(port: service.port)
    #expect(try await identity.curl(service, "/livez").exitCode == 0)
    service.process.signal(SIGTERM)
    let outcome = await service.process.outcome()
    #expect(outcome.exitCode == 0 && outcome.wasExit)
    withExtendedLifetime(idle) {}
  }

  @Test func certificatesThatCannotBeUsedAreRefusedAtStart() async throws {
    let (one, other) = (try await Identity(), try await Identity())
    let junk = "\(one.folder.path)/junk.pem"
    try Data("junk".utf8).write(to: URL(fileURLWithPath: junk))
    chmod(junk, 0o600)
    let open = "\(one.folder.path)/open.pem"
    try FileManager.default.copyItem(atPath: one.key, toPath: open)
    chmod(open, 0o644)
    for (certificate, key, words) in [
      (one.certificate, "", "tls-key: a certificate requires its key, and a key its certificate"),
      ("", one.key, "tls-cert: a certificate requires its key, and a key its certificate"),
      (one.certificate, other.key, "are not a certificate and its key"),
      (junk, one.key, "are not a certificate and its key"),
      (one.certificate, junk, "are not a certificate and its key"),
      (one.certificate, "/nowhere/key.pem", "No such file"),
      (one.certificate, open, "chmod 640"),
      (one.certificate, one.folder.path, "is not a regular file"),
    ] {
      let spool = "\(one.folder.path)/spool"
      let flags = [("--tls-cert", certificate), ("--tls-key", key)].filter { !$1.isEmpty }
      let outcome = try await BrgsaProcess.run(
        [
          "serve", "--port", "0", "--model", Fixtures.tinyModel, "--store", ":memory:", "--spool",
          spool,
        ] + flags.flatMap { [$0, $1] })
      #expect(outcome.exitCode == 78, "\(words)")
      #expect(outcome.complaints.contains(words), "\(words): \(outcome.complaints)")
    }
  }
}
