import StrictJSON
import Tensors
import TestSupport
import Testing

@testable import Encoders

/// The data that a model says it was made for.
@Suite struct ModelDomainTests {
  private static let components = DomainSample.components

  @Test func aDistanceIsMahalanobisAlongTheAxesAndOfOneVarianceBesides() throws {
    var sample = DomainSample()
    sample.mean = (0..<Self.components).map { Float($0 % 3) }
    sample.scale[0] = 0.5
    sample.scale[2] = 2
    sample.rest = 0.25
    let domain = try #require(try TinyModel.load(sample.folder()).domain)
    #expect(domain.limit == 1 && domain.configuration.name == "tests")
    let centre = sample.mean.map { Double($0) }
    #expect(domain.distance(of: centre) == 0)
    // (place, offset) → square of the scaled offset over its variance
    for (place, offset, share) in [
      (0, 4.0, 1.0), (1, -3.0, 1.0), (2, 1.0, 16.0), (3, 0.5, 1.0), (191, -2.0, 16.0),
    ] {
      var profile = centre
      profile[place] += offset
      let wanted = (share / Double(Self.components)).squareRoot()
      #expect(abs(domain.distance(of: profile) - wanted) < 1e-12, "\(place)")
    }
    for odd in [Double.nan, .infinity, -.infinity, 1e200] {
      var profile = centre
      profile[5] = odd
      #expect(!(domain.distance(of: profile) <= domain.limit), "\(odd)")
    }
  }

  @Test func aProfileHasTheMeanAndSpreadOfThePatches() throws {
    let model = try TinyModel.model
    let volume = try TinyModel.goldenVolume()
    let plain = try #require(model.vision.encode(volume, on: WorkerPool(threads: 2)))
    var profiles: [[UInt64]] = []
    for threads in 1...3 {
      let found = try #require(
        model.vision.encode(volume, profiling: [0, 1], on: WorkerPool(threads: threads)))
      #expect(found.values.bits == plain.bits)
      #expect(found.profile.count == 2 * Self.components)
      profiles.append(found.profile.map(\.bitPattern))
    }
    #expect(Set(profiles).count == 1)
    let first = try #require(model.vision.encode(volume, profiling: [0], on: TinyModel.pool))
    #expect(first.profile.map(\.bitPattern) == Array(profiles[0].prefix(Self.components)))
    #expect(model.vision.encode(volume, profiling: [0], on: TinyModel.pool) { _ in false } == nil)
  }

  @Test func pooledTokensLeaveTheClassTokenOut() {
    let buffer = FloatBuffer(count: TokenPanels.floats(tokens: 51, channels: 2))
    let tokens = TokenPanels(buffer, tokens: 51, channels: 2)
    for index in 0..<51 {
      tokens.token(index)[0] = index == 0 ? 1e6 : (index.isMultiple(of: 2) ? 3 : 1)
      tokens.token(index)[1] = index == 0 ? -1e6 : 7
    }
    withExtendedLifetime(buffer) { #expect(TokenProfile.pooled(tokens) == [2, 7, 1, 0]) }
  }

  @Test func theBundledModelMeasuresWhatTheIndependentImplementationDid() throws {
    let model = try Model(
      ModelDirectory("\(Fixtures.checkout)/Models/phantom"), on: TinyModel.pool)
    let domain = try #require(model.domain)
    #expect(domain.configuration.name == "phantoms" && domain.limit > 1 && domain.limit < 2)
    let bytes = try FixtureFile.read("\(Fixtures.checkout)/Models/phantom/selftest.safetensors")
    let file = try ModelTensorFile(reading: bytes)
    let volume = Tensor(shape: try file.shape("volume"), elements: try file.floats("volume"))
    let distance = try #require(model.encode(volume, on: TinyModel.pool)?.domainDistance)
    #expect(abs(distance / domain.exampleDistance - 1) < 1e-5)
    try model.runSelfTest(on: TinyModel.pool)
  }

  @Test func aModelThatMeasuresSomethingElseFailsItsSelfTest() throws {
    for example in [Float(0.001), 1e6] {
      var sample = DomainSample()
      sample.example = example
      let model = try TinyModel.load(sample.folder())
      #expect(throws: ModelError.self) { try model.runSelfTest(on: TinyModel.pool) }
    }
  }

  @Test func aDomainIsPartOfTheFingerprint() throws {
    var other = DomainSample()
    other.limit = 2
    let fingerprints = try [
      TinyModel.model.fingerprint, TinyModel.load(DomainSample().folder()).fingerprint,
      TinyModel.load(other.folder()).fingerprint,
    ]
    #expect(Set(fingerprints).count == 3)
    #expect(try TinyModel.model.domain == nil)
  }

  @Test func whatIsNoDomainIsRefusedByName() throws {
    for (name, value) in [
      ("name", ""), ("name", .string(String(repeating: "a", count: 65))), ("about", "a\nb"),
      ("about", 1), ("layers", []), ("layers", [1, 0]), ("layers", [0, 0]), ("layers", [99]),
      ("layers", [-1]), ("layers", ["0"]), ("layers", [.double(0.5)]), ("axes", 0), ("axes", 193),
      ("axes", nil), ("more", 1),
    ] as [(String, JSON?)] {
      var sample = DomainSample()
      sample.member = sample.member.setting([name], to: value)
      guard case .configuration("domain.\(name)", _)? = TinyModel.refusal(try sample.folder())
      else {
        Issue.record("\(name): \(String(describing: value))")
        continue
      }
    }
  }

  @Test func statisticsThatAreNoneAreRefused() throws {
    var samples: [DomainSample] = []
    for bad in [Float(0), -1] {
      var (limit, rest, variance, example) = (
        DomainSample(), DomainSample(), DomainSample(), DomainSample()
      )
      limit.limit = bad
      rest.rest = bad
      variance.variances[1] = bad
      example.example = bad
      samples += [limit, rest, variance, example]
    }
    var format = DomainSample()
    format.format = "brgsa-domain/2"
    samples.append(format)
    for sample in samples {
      guard case .container(DomainSample.fileName, _)? = TinyModel.refusal(try sample.folder())
      else {
        Issue.record("\(sample.limit) \(sample.rest) \(sample.variances) \(sample.format)")
        continue
      }
    }
    for name in ["mean", "scale", "axes", "variances", "rest", "limit", "example"] {
      var (missing, infinite) = (DomainSample().tensors, DomainSample().tensors)
      missing[name] = nil
      infinite[name]?.bytes.replaceSubrange(0..<4, with: [0, 0, 0x80, 0x7f])
      for file in [missing, infinite] {
        guard
          case .tensor(DomainSample.fileName, name, _)? = TinyModel.refusal(
            try DomainSample().folder(tensors: file))
        else {
          Issue.record("\(name)")
          continue
        }
      }
    }
    let folder = try DomainSample().folder()
    folder.remove(DomainSample.fileName)
    guard case .unreadable(DomainSample.fileName, _)? = TinyModel.refusal(folder) else {
      Issue.record("a file that is not there")
      return
    }
  }
}
