import StrictJSON
import TestSupport
import Testing

@testable import API

/// Tables C, D and E of the list of bad inputs, through the real server.
@Suite struct HostileVolumeServiceTests {
  @Test func everyBadVolumeGetsItsCodeAndTheNextGoodOneItsScores() async throws {
    // Twenty kept volumes would give findings a percentile.
    let service = try await RunningService(["--persist", "none"])
    let good = HostileVolumes.good().bytes()
    let wanted = try await Self.findings(service, good)
    for hostile in HostileVolumes.all {
      let answer = try await service.diagnose(hostile.bytes())
      switch hostile.outcome {
      case .refused(let expected):
        // The NIfTI reader knows no DICOM; the service does, and says that this head cannot be read.
        let code = hostile.row == "C9 DICOM" ? "series-inconsistent" : expected
        #expect(answer.code == code, "\(hostile.row)")
        let type = try #require(ProblemType(rawValue: code), "\(hostile.row)")
        #expect(answer.status == type.status, "\(hostile.row)")
        #expect(answer.header("Content-Type") == "application/problem+json", "\(hostile.row)")
      case .accepted(let warnings):
        #expect(answer.status == 200, "\(hostile.row): \(answer.text)")
        let found = try answer.json["volume"]?["warnings"]?.elements.compactMap { $0["code"]?.text }
        #expect(found == warnings, "\(hostile.row)")
      }
      #expect(try await Self.findings(service, good) == wanted, "after \(hostile.row)")
    }
    #expect(service.spooled.isEmpty)
    #expect(try await service.answer("GET", "/readyz").status == 200)
  }

  @Test func noRefusalRepeatsTheHeadersText() async throws {
    let service = try await RunningService()
    var file = HostileVolumes.good().bytes()
    let secret = Array("SMITH^JOHN".utf8)
    file.replaceSubrange(148..<(148 + secret.count), with: secret)  // descrip
    file.replaceSubrange(228..<(228 + secret.count), with: secret)  // aux_file
    let accepted = try await service.diagnose(file)
    let refused = try await service.diagnose(Array(file.dropLast()))
    #expect(accepted.status == 200)
    #expect(refused.code == "truncated-volume")
    #expect(!accepted.text.contains("SMITH"))
    #expect(!refused.text.contains("SMITH"))
    #expect(!service.process.logged.contains("SMITH"))
  }

  private static func findings(_ service: RunningService, _ volume: [UInt8]) async throws -> JSON? {
    try await service.diagnose(volume).json["findings"]
  }
}
