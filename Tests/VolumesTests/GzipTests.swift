import TestSupport
import Testing
import Volumes

@Suite("gzip") struct GzipTests {
  @Test("cut at any byte is corrupt") func cutAnywhere() throws {
    let recipe = try tinyRecipe()
    let bytes = NIfTIGzip().member(HostileVolumes.good().bytes())
    for length in stride(from: 2, to: bytes.count, by: 97) {
      #expect(
        refusal(of: Array(bytes.prefix(length)), recipe: recipe) == "gzip-corrupt",
        "\(length) of \(bytes.count)")
    }
  }

  @Test("split into two members anywhere is the same volume") func splitAnywhere() throws {
    let recipe = try tinyRecipe()
    let bytes = HostileVolumes.good().bytes()
    let good = try prepare(bytes, recipe: recipe)
    for split in [0, 1, 347, 348, 351, 352, 353, 540, 1312, bytes.count - 1, bytes.count] {
      let members =
        NIfTIGzip().member(Array(bytes[..<split])) + NIfTIGzip().member(Array(bytes[split...]))
      let prepared = try prepare(members, recipe: recipe)
      #expect(largestDifference(prepared.input, good.input) == 0, "split at \(split)")
    }
  }

  /// Damage shows as such, in the magic, or as more bytes than declared, where reading stops.
  static let damage: Set = ["gzip-corrupt", "not-nifti", "trailing-data"]

  @Test("with a changed byte is refused, or the change was in a field that nobody reads")
  func changedByte() throws {
    let recipe = try tinyRecipe()
    let bytes = NIfTIGzip().member(HostileVolumes.good().bytes())
    let good = try prepare(bytes, recipe: recipe).input
    for position in 0..<bytes.count where position < 40 || position % 53 == 0 {
      var changed = bytes
      changed[position] ^= 0x41
      do throws(VolumeError) {
        let found = try prepare(changed, recipe: recipe)
        #expect(largestDifference(found.input, good) == 0, "byte \(position)")
      } catch {
        #expect(Self.damage.contains(error.code), "byte \(position): \(error)")
      }
    }
  }

  @Test("may hold no more empty members than the limit") func emptyMembers() throws {
    let recipe = try tinyRecipe()
    let member = NIfTIGzip().member(HostileVolumes.good().bytes())
    let empty = NIfTIGzip().member([])
    var limits = VolumeLimits.standard
    limits.emptyGzipMembers = 3
    for (count, code) in [(3, nil), (4, "gzip-corrupt")] {
      let bytes = member + (0..<count).flatMap { _ in empty }
      #expect(refusal(of: bytes, recipe: recipe, limits: limits) == code)
    }
  }

  @Test("member headers are taken up to the limit") func headerLength() throws {
    let recipe = try tinyRecipe()
    for (length, code) in [(16_000, nil), (16_400, "gzip-corrupt")] {
      var gzip = NIfTIGzip()
      gzip.name = [UInt8](repeating: 0x61, count: length)
      #expect(refusal(of: gzip.member(HostileVolumes.good().bytes()), recipe: recipe) == code)
    }
  }
}
