package import Encoders
package import Inference
package import Tensors

/// Loads the model of commands other than `serve`.
package enum ModelLoading {
  /// A verified model.
  ///
  /// - Parameter readsCalibration: False for a command that needs no thresholds or writes new ones.
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

  /// Runs `read` with a model directory.
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
