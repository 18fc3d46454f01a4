package import Encoders
package import Inference
package import Tensors

/// Loads the model for commands other than `serve`.
package enum ModelLoading {
  /// Loads a model, verifies its files and runs its self-test.
  ///
  /// - Parameter readsCalibration: True to read the model's own calibration, too. Commands that use no thresholds, or
  ///   that create them, pass false.
  /// - Throws: `CommandFailure`.
  package static func load(
    _ directory: String, threads: Int, kernels: Kernels = .best, readsCalibration: Bool = true
  ) throws -> LoadedModel {
    try reading(directory) { _ in
      let model = try LoadedModel(
        directory: directory, threads: threads, kernels: kernels,
        readsCalibration: readsCalibration)
      try model.runSelfTest()
      return model
    }
  }

  /// Opens a model directory and calls `read` with it.
  ///
  /// - Throws: `CommandFailure`.
  package static func reading<Result>(
    _ directory: String, _ read: (ModelDirectory) throws -> Result
  ) throws -> Result {
    do {
      return try read(ModelDirectory(directory))
    } catch let error as ModelError {
      throw CommandFailure(error, model: directory)
    }
  }
}
