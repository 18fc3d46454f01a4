import TestSupport
import Testing
import Volumes

@Suite("Volume limits") struct VolumeLimitTests {
  /// A header alone, in a gzip: what passes the gate is then cut.
  static func verdict(_ shape: [Int64], _ spacing: [Double], _ type: NIfTIDatatype = .uint8)
    -> String?
  {
    var file = NIfTIFile()
    file.dims.replaceSubrange(1...3, with: shape)
    file.dims[0] = 3
    file.pixdim.replaceSubrange(1...3, with: spacing)
    file.datatype = type.rawValue
    file.bitsPerVoxel = type.bits
    let code = VolumeLimitTests.openingCode(file.bytes())
    return code == "truncated-volume" ? nil : code
  }

  static func openingCode(_ bytes: [UInt8], limits: VolumeLimits = .standard) -> String? {
    do throws(VolumeError) {
      _ = try open(NIfTISpool(bytes), limits: limits)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("hold at the limit and refuse one beyond it, along every axis")
  func edges() {
    typealias Case = (shape: [Int64], spacing: [Double], code: String?)
    let cases: [Case] = [
      ([8, 64, 64], [10, 1, 1], nil),
      ([7, 64, 64], [10, 1, 1], "too-few-slices"),
      ([2048, 64, 64], [0.5, 1, 1], nil),
      ([2049, 64, 64], [0.5, 1, 1], "volume-too-large"),
      ([2048, 1024, 64], [0.5, 1, 1], nil),
      ([2048, 1025, 64], [0.5, 1, 1], "volume-too-large"),
      ([1000, 1000, 1000], [0.5, 0.5, 0.5], nil),
      ([1000, 1000, 1001], [0.5, 0.5, 0.5], "volume-too-large"),
      ([1000, 64, 64], [0.05, 1, 1], nil),
      ([1100, 64, 64], [0.0499, 1, 1], "spacing-out-of-range"),
      ([64, 64, 64], [20, 1, 1], nil),
      ([64, 64, 64], [20.001, 1, 1], "spacing-out-of-range"),
      ([50, 64, 64], [1, 1, 1], nil),
      ([49, 64, 64], [1, 1, 1], "fov-out-of-range"),
      ([100, 64, 64], [20, 1, 1], nil),
      ([101, 64, 64], [20, 1, 1], "fov-out-of-range"),
    ]
    for (shape, spacing, code) in cases {
      for turn in 0..<3 {
        let order = (0..<3).map { ($0 + turn) % 3 }
        let found = Self.verdict(order.map { shape[$0] }, order.map { spacing[$0] })
        #expect(found == code, "\(shape) \(spacing) turned by \(turn)")
      }
    }
  }

  @Test("bound the bytes that may be inflated")
  func inflated() {
    #expect(Self.verdict([1024, 512, 512], [0.5, 0.5, 0.5], .float64) == "inflated-too-large")
    #expect(Self.verdict([1023, 512, 512], [0.5, 0.5, 0.5], .float64) == nil)
    var limits = VolumeLimits.standard
    let bytes = HostileVolumes.good().bytes()
    limits.inflatedBytes = bytes.count
    #expect(Self.openingCode(bytes, limits: limits) == nil)
    limits.inflatedBytes -= 1
    #expect(Self.openingCode(bytes, limits: limits) == "inflated-too-large")
  }

  @Test("take Hounsfield units from −32768 to 32767") func hounsfield() throws {
    let recipe = try tinyRecipe()
    for (lowest, highest, code) in [
      (-32768.0, 32767.0, nil), (-32768.5, 0, "not-hounsfield"), (0, 32767.5, "not-hounsfield"),
    ] {
      var file = HostileVolumes.good()
      var values = VolumesPhantom.small.hounsfield
      values[0] = lowest
      values[1] = highest
      file.setVoxels(values, as: .float32)
      #expect(refusal(of: file.bytes(), recipe: recipe) == code, "\(lowest) \(highest)")
    }
  }

  @Test("refuse each code of the contract with its own slug") func slugs() {
    let codes = [
      VolumeError.inputOutput(errno: 5).code, VolumeError.cancelled.code,
      VolumeError.emptyBody.code, VolumeError.gzipCorrupt.code,
    ]
    #expect(codes == ["internal", "cancelled", "empty-body", "gzip-corrupt"])
  }
}
