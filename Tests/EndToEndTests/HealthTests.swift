import Foundation
import TestSupport
import Testing

/// `brgsa health`, as a container's health check runs it.
@Suite struct HealthTests {
  @Test func aReadyServiceIsHealthyAndAnythingElseIsNot() async throws {
    let service = try await RunningService()
    let address = "http://127.0.0.1:\(service.port)"
    // A proxy is not asked.
    let proxy = ["http_proxy": "http://127.0.0.1:1", "BRGSA_PORT": "\(service.port)"]
    for arguments in [["--url", address], ["--url", "\(address)/"], []] {
      let outcome = try await BrgsaProcess(["health"] + arguments, environment: proxy).outcome()
      #expect(outcome.exitCode == 0, "\(outcome.complaints)")
      #expect(outcome.output.hasPrefix("ready model=ok selftest=ok"))
    }
    for (url, code) in [
      ("http://127.0.0.1:1", 69), ("\(address)/v1", 69), ("ftp://127.0.0.1", 64), ("x", 64),
    ] {
      let outcome = try await BrgsaProcess(["health", "--url", url]).outcome()
      #expect(outcome.exitCode == code, "\(url): \(outcome.complaints)")
    }
  }
}
