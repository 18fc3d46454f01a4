import TestSupport
import Testing
import Volumes

@Suite("Header gate") struct HeaderFuzzTests {
  @Test("never traps, and what passes is within the limits", arguments: [1, 2])
  func mutations(version: Int) {
    let seed: UInt64 = 77
    var random = VolumesRandom(seed: seed)
    let good = HostileVolumes.good(version: version).bytes()
    let extremes: [UInt8] = [0, 1, 2, 0x7f, 0x80, 0xff]
    let headerBytes = version == 1 ? 348 : 540
    for round in 0..<20_000 {
      var bytes = Array(good.prefix(headerBytes))
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let position = Int.random(in: 0..<headerBytes, using: &random)
        bytes[position] =
          Bool.random(using: &random)
          ? UInt8.random(in: .min ... .max, using: &random)
          : extremes.randomElement(using: &random) ?? 0
      }
      guard let header = try? NIfTIHeader(prefix: bytes, limits: .standard) else { continue }
      let isSane =
        header.declaredByteCount <= VolumeLimits.standard.inflatedBytes
        && header.shape.allSatisfy { (8...2048).contains($0) }
        && header.geometry.spacing.allSatisfy(VolumeLimits.standard.spacing.contains)
        && header.geometry.affine.allSatisfy(\.isFinite)
        && Set(header.geometry.directions.map(\.axis)).count == 3
        && header.scaling.slope.isFinite && header.scaling.slope != 0
        && header.scaling.intercept.isFinite
      #expect(isSane, "seed \(seed), round \(round)")
    }
  }

  @Test("takes any prefix without trapping") func prefixes() {
    for version in [1, 2] {
      let good = HostileVolumes.good(version: version).bytes()
      for length in 0...540 {
        let header = try? NIfTIHeader(prefix: Array(good.prefix(length)), limits: .standard)
        #expect((header != nil) == (length >= (version == 1 ? 348 : 540)), "\(length)")
      }
    }
  }

  @Test("describes the file as it is stored") func description() throws {
    var file = VolumesPhantom.small.stored(as: "SAL")
      .file(datatype: .float32, version: 2, isBigEndian: true)
    file.slope = 2
    file.intercept = -5
    let volume = try open(NIfTISpool(NIfTIGzip().member(file.bytes())))
    #expect(volume.format == "nifti2")
    #expect(volume.shape == [16, 20, 24])
    #expect(volume.spacing == [20, 18.5, 16])
    #expect(volume.orientation == "SAL")
    #expect(volume.voxelType == .float32)
    #expect(volume.byteOrder == .big)
    #expect(volume.isCompressed)
    #expect(volume.scaling.slope == 2 && volume.scaling.intercept == -5)
  }

  @Test("shows an unscaled file as slope 1, intercept 0") func unscaled() throws {
    var file = HostileVolumes.good()
    file.slope = .nan
    file.intercept = 7
    let scaling = try open(NIfTISpool(file.bytes())).scaling
    #expect(scaling.slope == 1 && scaling.intercept == 0)
  }
}
