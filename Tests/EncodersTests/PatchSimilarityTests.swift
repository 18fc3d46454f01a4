import Tensors
import TestSupport
import Testing

@testable import Encoders

/// Patches compared with texts.
@Suite struct PatchSimilarityTests {
  @Test func cosinesAreThoseOfTheReferencesPatches() throws {
    let file = try ModelTensorFile(fixture: "vision-goldens.safetensors")
    let model = try TinyModel.model
    let width = model.configuration.embedding
    let patches = try file.floats("patch_embeddings")
    let volume = try TinyModel.goldenVolume()
    let texts = [
      try file.floats("volume_embedding"), Array(patches.prefix(width)),
      [Float](repeating: 0, count: width),
    ]
    for threads in [1, 2] {
      let found = try #require(
        model.vision.patchSimilarities(volume, to: texts, on: WorkerPool(threads: threads)))
      #expect(found.count == 3 && found.allSatisfy { $0.count == patches.count / width })
      for patch in found[0].indices {
        let own = Array(patches[(patch * width)..<((patch + 1) * width)])
        for text in 0..<2 {
          #expect(abs(found[text][patch] - Self.cosine(own, texts[text])) <= 2e-6)
        }
        #expect(found[2][patch] == 0)
      }
      #expect(abs(found[1][0] - 1) <= 2e-6)
    }
    // A pass that looks at the class token only is what it was.
    let embedding = try #require(model.vision.encode(volume, on: WorkerPool(threads: 2)))
    #expect(relativeDistance(embedding, texts[0]) <= VisionEncoderTests.tolerance)
    let stopped = model.vision.patchSimilarities(
      volume, to: texts, on: WorkerPool(threads: 1), progress: { _ in false })
    #expect(stopped == nil)
  }

  private static func cosine(_ a: [Float], _ b: [Float]) -> Float {
    func dot(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return Float(dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot())
  }
}
