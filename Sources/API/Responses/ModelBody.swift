internal import Calibrations
internal import Encoders
internal import Inference
internal import StrictJSON
internal import Volumes

/// Describes the model in responses.
enum ModelBody {
  static func json(_ loaded: LoadedModel, calibration: LoadedCalibration?) -> JSONObject {
    let configuration = loaded.model.configuration
    return [
      "name": .string(configuration.name), "version": .string(configuration.version),
      "family": .string(configuration.family), "score_kind": .string(configuration.score.kind),
      "sha256": .string(loaded.model.fingerprint), "recipe": .string(loaded.recipe.identifier),
      "compute": .string(loaded.computeName),
      "kernels": .string(loaded.kernelsName),
      "domain": .optional(loaded.domain) {
        ["name": .string($0.name), "about": .string($0.about)]
      },
      "calibration": .optional(calibration, Self.calibration),
      "provenance": provenance(configuration.provenance),
    ]
  }

  /// Describes the origin and the terms of the weights. Facts that were not recorded are missing.
  private static func provenance(_ provenance: ModelConfiguration.Provenance) -> JSON {
    .members(
      [
        ("source", provenance.source), ("source_sha256", provenance.sourceSHA256),
        ("source_url", provenance.sourceURL), ("license", provenance.license),
        ("license_url", provenance.licenseURL), ("training_data", provenance.trainingData),
        ("training_data_license", provenance.trainingDataLicense),
        ("intended_use", provenance.intendedUse),
      ].filter { !$1.isEmpty }.map { ($0, .string($1)) })
  }

  /// Describes the calibration in use. The model's `sha256` does not cover it.
  private static func calibration(_ loaded: LoadedCalibration) -> JSON {
    [
      "name": .string(loaded.calibration.name), "sha256": .string(loaded.calibration.sha256),
      "source": .string(loaded.source.rawValue),
    ]
  }
}
