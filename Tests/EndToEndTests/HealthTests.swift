import Foundation
import TestSupport
import Testing

/// `brgsa health`, as a container's health check runs it.
@Suite struct HealthTests {
  /// Its five seconds are for machines that have nothing else to do.
  private static let health = ["health", "--timeout", "600"]

  @Test func aReadyServiceIsHealthyAndAnythingElseIsNot() async throws {
    let service = try await RunningService()
    let address = "http://127.0.0.1:\(service.port)"
    // A proxy is not asked.
    let proxy = ["http_proxy": "http://127.0.0.1:1", "BRGSA_PORT": "\(service.port)"]
    for arguments in [["--url", address], ["--url", "\(address)/"], []] {
      let outcome = try await BrgsaProcess(Self.health + arguments, environment: proxy).outcome()
      #expect(outcome.exitCode == 0, "\(outcome.complaints)")
      #expect(outcome.output.hasPrefix("ready model=ok selftest=ok"))
    }
    for (url, code) in [
      ("http://127.0.0.1:1", 69), ("\(address)/v1", 64), ("ftp://127.0.0.1", 64), ("x", 64),
    ] {
      let outcome = try await BrgsaProcess(Self.health + ["--url", url]).outcome()
      #expect(outcome.exitCode == code, "\(url): \(outcome.complaints)")
    }
  }

  @Test func itsOwnCertificateIsKnownAndNobodyElses() async throws {
    let folder = try ArchiveFolder()
    try await OpenSSL.makeIdentity(in: folder.path)
    let (cert, key) = ("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
    let service = try await RunningService(["--tls-cert", cert, "--tls-key", key])
    let own = [
      "BRGSA_PORT": "\(service.port)", "BRGSA_TLS_CERT": cert, "BRGSA_TLS_KEY": key,
    ]
    let outcome = try await BrgsaProcess(Self.health, environment: own).outcome()
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let address = Self.health + ["--url", "https://localhost:\(service.port)"]
    #expect(try await BrgsaProcess(address + ["--cacert", cert]).outcome().exitCode == 0)
    // The certificate is localhost's, and no authority's.
    let other = Self.health + ["--url", "https://127.0.0.1:\(service.port)", "--cacert", cert]
    for arguments in [address, other, Self.health + ["--url", "http://127.0.0.1:\(service.port)"]] {
      let refused = try await BrgsaProcess(arguments).outcome()
      #expect(refused.exitCode == 69, "\(arguments): \(refused.output)")
    }
  }
}
