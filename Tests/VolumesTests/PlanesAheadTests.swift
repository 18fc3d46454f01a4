import Foundation
import Glibc
import Tensors
import TestSupport
import Testing

@testable import Volumes

@Suite("Planes read ahead") struct PlanesAheadTests {
  /// Everything that can be told from outside, times aside.
  struct Outcome: Equatable {
    var values: [UInt32] = []
    var intensity: IntensitySummary?
    var warnings: [VolumeWarning] = []
    /// The refusal with its facts, as text: a fact may be NaN, which equals nothing.
    var refusal: String?
    /// How often it was asked whether to go on.
    var questions = 0

    init(
      _ bytes: [UInt8], _ reading: VolumeReading, _ recipe: PreprocessingRecipe,
      stopAt: Int = .max, linger: () -> Void = {}
    ) {
      do throws(VolumeError) {
        var questions = 0
        defer { self.questions = questions }
        let prepared = try withVolume(bytes) { volume throws(VolumeError) in
          try Preprocessing.prepare(volume, recipe: recipe, reading: reading) {
            questions += 1
            linger()
            return questions == stopAt
          }
        }
        values = prepared.input.elements.map(\.bitPattern)
        intensity = prepared.intensity
        warnings = prepared.warnings
      } catch {
        refusal = "\(error)"
      }
    }
  }

  @Test("give the bits of planes read in turn, on awkward shapes", arguments: 0..<36)
  func sameBits(_ number: Int) throws {
    let seed = FixtureSeed(UInt64(4_100 + number))
    var random = seed.generator
    // One short, one long and one middling axis, in any order: tiny, flat and many planes.
    let shape = [
      8, Int.random(in: 9...33, using: &random), Int.random(in: 65...140, using: &random),
    ]
    .shuffled(using: &random)
    let phantom = VolumesPhantom(shape: shape, spacing: shape.map { min(300 / Double($0), 20) })
    let datatype = NIfTIDatatype.readable[number % NIfTIDatatype.readable.count]
    let code = VolumesOrientations.all.randomElement(using: &random) ?? "LPS"
    var file = phantom.stored(as: code).file(isBigEndian: number.isMultiple(of: 2))
    // Every type holds these; the slope spreads them over the HU.
    (file.slope, file.intercept) = (number.isMultiple(of: 3) ? 16 : 1, -40)
    file.setVoxels(phantom.stored(as: code).values.map { ($0 + 1000) / 16 }, as: datatype)
    let recipe = try PreprocessingRecipe(spacing: [7, 6, 5], shape: [48, 41, 60])
    var bytes = file.bytes()
    if number % 4 != 0 {
      let split = Int.random(in: 0...bytes.count, using: &random)
      bytes =
        NIfTIGzip().member(Array(bytes[..<split])) + NIfTIGzip().member(Array(bytes[split...]))
    }
    let inTurn = Outcome(bytes, .inTurn, recipe)
    #expect(inTurn.refusal == nil && inTurn.questions == file.dims[3], "\(seed)")
    #expect(Outcome(bytes, .ahead, recipe) == inTurn, "\(seed)")
    // The user is now the slower one, now the faster one.
    let slow = Outcome(bytes, .ahead, recipe) {
      for _ in 0..<Int.random(in: 0...20, using: &random) { sched_yield() }
    }
    #expect(slow == inTurn, "\(seed)")
  }

  @Test("are refused as those read in turn", arguments: HostileVolumes.all)
  func sameRefusals(_ hostile: HostileVolume) throws {
    let (bytes, recipe) = (hostile.bytes(), try tinyRecipe())
    #expect(Outcome(bytes, .ahead, recipe) == Outcome(bytes, .inTurn, recipe))
  }

  @Test("that end or are damaged anywhere fail at the same plane with the same words")
  func sameDamage() throws {
    let recipe = try tinyRecipe()
    let good = HostileVolumes.good().bytes()
    let member = NIfTIGzip().member(good)
    var files: [[UInt8]] = []
    for length in stride(from: 400, to: good.count, by: 1013) {
      files.append(NIfTIGzip().member(Array(good[..<length])))
    }
    for place in stride(from: 20, to: member.count, by: member.count / 23) {
      files.append(Array(member[..<place]))
      var changed = member
      changed[place] ^= 0x55
      files.append(changed)
    }
    files += [member + [0], member + member, Array(member.dropLast())]
    for (number, bytes) in files.enumerated() {
      let inTurn = Outcome(bytes, .inTurn, recipe)
      #expect(Outcome(bytes, .ahead, recipe) == inTurn, "file \(number)")
    }
  }

  @Test(
    "say that the file is cut before they say that its values are bad",
    arguments: [VolumeReading.ahead, .inTurn])
  func order(_ reading: VolumeReading) throws {
    let recipe = try tinyRecipe()
    let name = { (error: VolumeError) in "\(error)" }
    let range: ClosedRange<Float> = -1000...1e6
    let refusals: [(Double, VolumeError)] = [
      (.nan, .nonFiniteVoxels(count: 1)),
      (1e6, .notHounsfield(found: range, allowed: VolumeLimits.standard.hounsfield)),
    ]
    for (bad, refusal) in refusals {
      var file = HostileVolumes.good()
      var values = VolumesPhantom.small.hounsfield
      values[0] = bad
      file.setVoxels(values, as: .float32)
      let bytes = file.bytes()
      let whole = Outcome(NIfTIGzip().member(bytes), reading, recipe)
      #expect(whole.refusal == name(refusal))
      #expect(whole.questions == 16, "the rest is read, too")
      let short = Outcome(NIfTIGzip().member(bytes.dropLast()), reading, recipe)
      let (found, declared) = (bytes.count - 1, bytes.count)
      #expect(short.refusal == name(.truncatedVolume(found: found, declared: declared)))
      let cut = Outcome(NIfTIGzip().member(bytes).dropLast(), reading, recipe)
      #expect(cut.refusal == name(.gzipCorrupt))
      let more = Outcome(NIfTIGzip().member(bytes + [0]), reading, recipe)
      #expect(more.refusal == name(.trailingData(declared: bytes.count)))
    }
  }

  @Test("stop at any plane at which they are not wanted any more, and leave no thread")
  func cancelled() throws {
    let recipe = try tinyRecipe()
    let plain = HostileVolumes.good().bytes()
    for round in 0..<20 {
      for stop in 1...16 {
        let bytes = round.isMultiple(of: 2) ? plain : NIfTIGzip().member(plain)
        let outcome = Outcome(bytes, .ahead, recipe, stopAt: stop)
        #expect(outcome.refusal == "\(VolumeError.cancelled)")
        #expect(outcome.questions == stop)
      }
    }
    // 320 readers were started; other tests of this process have a few meanwhile.
    #expect(Self.readers() < 160)
  }

  @Test("ask on the thread of the caller, who may have many at once") func manyAtOnce() throws {
    let recipe = try tinyRecipe()
    let bytes = NIfTIGzip().member(HostileVolumes.good().bytes())
    let expected = Outcome(bytes, .inTurn, recipe)
    TensorsThreads.run(8) { _ in
      let caller = pthread_self()
      for _ in 0..<25 {
        let found = Outcome(bytes, .ahead, recipe) { #expect(pthread_self() == caller) }
        #expect(found == expected)
      }
    }
  }

  /// Threads of this process that read ahead, by their name: other tests start hundreds of other threads.
  private static func readers() -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return names.count { name in
      let words = FileManager.default.contents(atPath: "/proc/self/task/\(name)/comm") ?? Data()
      return words.elementsEqual("brgsa-companion\n".utf8)
    }
  }
}
