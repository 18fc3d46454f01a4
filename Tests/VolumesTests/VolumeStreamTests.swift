import Glibc
import Tensors
import TestSupport
import Testing
import Volumes

@Suite("Volume stream") struct VolumeStreamTests {
  /// Resident memory in bytes, from the second field of statm.
  static func residentBytes() -> Int {
    let descriptor = Glibc.open("/proc/self/statm", O_RDONLY)
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = read(descriptor, &text, text.count)
    let fields = String(decoding: text.prefix(max(count, 0)), as: UTF8.self).split(separator: " ")
    return fields.dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
  }

  @Test("keeps a volume of 256 MiB in a few planes of memory") func memory() throws {
    var file = NIfTIFile(
      shape: [512, 512, 512], spacing: [0.75, 0.75, 0.75],
      values: (0..<1024).map { Double($0) - 512 })
    let missing = 512 * 512 * 512 * 2 - file.voxels.count
    file.voxels += [UInt8](repeating: 0, count: missing % (1 << 20))
    let spool = NIfTISpool(NIfTIGzip().member(file.bytes(), zeroMebibytes: missing >> 20))
    defer { withExtendedLifetime(spool) {} }
    let volume = try open(spool)
    // The volume is 256 MiB, a plane 1.5 MiB. Other tests may take memory in this process meanwhile, which only adds to
    // what is measured, so one quiet try of several is proof.
    var least = Int.max
    for _ in 0..<6 where least >= 128 << 20 {
      let before = Self.residentBytes()
      var peak = 0
      var calls = 0
      let prepared = try Preprocessing.prepare(volume, recipe: tinyRecipe()) {
        calls += 1
        peak = max(peak, Self.residentBytes())
        return false
      }
      #expect(prepared.intensity.maximum == 511)
      #expect(calls == 512)
      least = min(least, peak - before)
    }
    #expect(least < 128 << 20)
  }

  @Test("stops at the plane at which it is cancelled") func cancel() throws {
    for stop in [1, 2, 16] {
      var calls = 0
      #expect(throws: VolumeError.cancelled) {
        try withVolume(HostileVolumes.good().bytes()) { volume throws(VolumeError) in
          try Preprocessing.summarize(volume) {
            calls += 1
            return calls == stop
          }
        }
      }
      #expect(calls == stop)
    }
  }

  @Test("reads a volume that lies within a file as if it were alone", arguments: [false, true])
  func within(isCompressed: Bool) throws {
    let plain = HostileVolumes.good().bytes()
    let bytes = isCompressed ? NIfTIGzip().member(plain) : plain
    let wanted = try prepare(bytes, recipe: tinyRecipe())
    for offset in [1, 4, 4096] {
      let around = [UInt8](repeating: 0x1f, count: offset)
      let spool = NIfTISpool(around + bytes + around)
      defer { withExtendedLifetime(spool) {} }
      let volume = try NIfTIVolume.open(
        fileDescriptor: spool.fileDescriptor, offset: offset, byteCount: bytes.count)
      let found = try Preprocessing.prepare(volume, recipe: tinyRecipe())
      #expect(found.input.elements == wanted.input.elements, "\(offset)")
      // One byte more is seen, and one fewer missed.
      for byteCount in [bytes.count - 1, bytes.count + 1] {
        #expect(throws: VolumeError.self) {
          let other = try NIfTIVolume.open(
            fileDescriptor: spool.fileDescriptor, offset: offset, byteCount: byteCount)
          _ = try Preprocessing.prepare(other, recipe: tinyRecipe())
        }
      }
    }
  }

  @Test("reads at positions: the descriptor's own position stays, and readers may share it")
  func positions() throws {
    let spool = NIfTISpool(NIfTIGzip().member(HostileVolumes.good().bytes()))
    lseek(spool.fileDescriptor, 17, SEEK_SET)
    let volume = try open(spool)
    let first = try Preprocessing.prepare(volume, recipe: tinyRecipe()).input
    let second = try Preprocessing.prepare(volume, recipe: tinyRecipe()).input
    #expect(first.elements == second.elements)
    #expect(lseek(spool.fileDescriptor, 0, SEEK_CUR) == 17)
  }

  @Test("reports a failed read with its errno") func failedRead() {
    #expect(throws: VolumeError.inputOutput(errno: EBADF)) {
      try NIfTIVolume.open(fileDescriptor: -1, byteCount: 1000)
    }
    let spool = NIfTISpool(HostileVolumes.good().bytes())
    ftruncate(spool.fileDescriptor, 100)
    #expect(throws: VolumeError.inputOutput(errno: EIO)) { try open(spool) }
  }

  @Test("is written so that it reads back as the same HU in the same place")
  func written() throws {
    let recipe = try PreprocessingRecipe(spacing: [6, 5, 12], shape: [60, 80, 30])
    let phantom = VolumesPhantom.small
    let prepared = try prepare(
      phantom.stored(as: "RAS").file().bytes(), recipe: recipe, output: .hounsfield)
    let copy = NIfTISpool([])
    try HounsfieldVolumeWriter.write(
      prepared.input, affine: prepared.affine, to: copy.fileDescriptor)
    let bytes = copy.contents()
    let volume = try open(NIfTISpool(bytes))
    #expect(volume.shape == [60, 80, 30])
    #expect(volume.orientation == "LPS")
    #expect(volume.spacing == [6, 5, 12])
    #expect(volume.warnings == [])
    let again = try prepare(bytes, recipe: recipe, output: .hounsfield)
    #expect(again.input.elements == prepared.input.elements)
    #expect(zip(again.affine, prepared.affine).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test("places the model's grid in the patient") func placement() throws {
    // 24 voxels of 16 mm are 64 of 6 mm: no shift; 20 of 18.5 mm are 62: two more rows of padding.
    let prepared = try prepare(HostileVolumes.good().bytes(), recipe: tinyRecipe())
    #expect(prepared.affine == [-6, 0, 0, 0, 0, -6, 0, 6, 0, 0, 12, -24])
  }

  @Test("fails to write into what cannot be written") func unwritable() {
    let tensor = Tensor(shape: [1, 1, 1], elements: [0])
    let affine: [Double] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    #expect(throws: VolumeError.inputOutput(errno: EBADF)) {
      try HounsfieldVolumeWriter.write(tensor, affine: affine, to: -1)
    }
  }
}
