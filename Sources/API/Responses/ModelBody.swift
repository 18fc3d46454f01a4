internal import Calibrations
internal import Encoders
internal import Inference
internal import StrictJSON
internal import Volumes

/// Describes the model in responses.
enum ModelBody {
  static func json(_ loaded: LoadedModel, calibration: LoadedCalibration?) -> JSONObject {
    [
      "name": .string(loaded.model.configuration.name),
      "version": .string(loaded.model.configuration.version),
      "sha256": .string(loaded.model.fingerprint), "recipe": .string(loaded.recipe.identifier),
      "compute": .string(loaded.computeName),
      "kernels": .string(loaded.kernelsName),
      "domain": .optional(loaded.domain) {
        ["name": .string($0.name), "about": .string($0.about)]
      },
      "calibration": .optional(calibration, Self.calibration),
    ]
  }

  /// Describes the calibration in use. The model's `sha256` does not cover it.
  private static func calibration(_ loaded: LoadedCalibration) -> JSON {
    [
      "name": .string(loaded.calibration.name), "sha256": .string(loaded.calibration.sha256),
      "source": .string(loaded.source.rawValue),
    ]
  }
}
