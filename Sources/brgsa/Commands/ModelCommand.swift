import ArgumentParser
import Calibrations
import CommandLineSupport
import Encoders
import Inference
import Tensors
import Volumes

/// The command `brgsa model verify DIR`.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Check model directories", subcommands: [Verify.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a model directory completely and run its self-test",
      discussion: """
        Checks the SHA-256 manifest, the safetensors header, every tensor's name, shape, format and \
        values, the vocabulary, the recipe and, if there is one, calibration.json, then compares the \
        embeddings of the stored example with those of Models/convert.py. Exit code 78 and one line if \
        anything is wrong.
        """)

    @Argument(help: ArgumentHelp("The model directory", valueName: "dir"))
    var directory: String

    func run() throws {
      let loaded = try ModelLoading.load(directory, threads: 2)
      let model = loaded.model.configuration
      Console.print(
        """
        name        \(model.name)
        version     \(model.version)
        sha256      \(loaded.model.fingerprint)
        family      \(model.family)
        embedding   \(model.embedding) components, \(model.bank.map { "bank of \($0) rows" } ?? "no bank")
        vision      \(model.vision.depth) blocks, \(model.vision.heads) heads
        text        \(model.text.depth) layers, \(model.text.heads) heads, \(model.text.vocabulary) words
        score       \(model.score.kind)
        recipe      \(loaded.recipe.identifier)
        arithmetic  OpenBLAS \(Processor.openBLASCore), kernels \(Kernels.best.name)
        self-test   passed
        domain      \(Self.description(of: loaded.model.domain))
        calibration \(Self.description(of: loaded.calibration))
        """)
      for (title, value) in Self.origin(model.provenance) where !value.isEmpty {
        Console.print("\(title) \(value)")
      }
      if let caveat = model.caveat { Console.note(caveat) }
    }

    /// The origin and the terms of the weights, with titles of one width.
    private static func origin(
      _ provenance: ModelConfiguration.Provenance
    ) -> [(title: String, value: String)] {
      [
        ("source     ", provenance.source), ("            sha256", provenance.sourceSHA256),
        ("           ", provenance.sourceURL), ("license    ", provenance.license),
        ("           ", provenance.licenseURL), ("trained on ", provenance.trainingData),
        ("            license:", provenance.trainingDataLicense),
        ("use        ", provenance.intendedUse),
      ]
    }

    private static func description(of domain: ModelDomain?) -> String {
      guard let domain else { return "none: thresholds apply to any volume" }
      return "\(domain.configuration.name), up to a distance of \(Float(domain.limit))"
    }

    private static func description(of loaded: LoadedCalibration?) -> String {
      guard let calibration = loaded?.calibration else { return "none" }
      return
        "\(calibration.name), \(calibration.thresholds.count) thresholds, sha256 \(calibration.sha256)"
    }
  }
}
