import Archives
import ArgumentParser
import CommandLineSupport
import Encoders
import Inference
import Logging
import Storage

/// The options of commands that use the store and a model without a server.
struct ArchiveOptions: ParsableArguments {
  @OptionGroup var options: SettingOptions<ArchiveSettings>

  /// Opens the store, loads the model, and returns a service that is ready for use.
  ///
  /// - Throws: `CommandFailure`.
  func service() async throws -> (DiagnosisService, LoadedModel, Archive) {
    let settings = try options.settings()
    // If this fails, opening the store says why.
    try? DefaultPaths.createFolder(of: settings.store)
    let store = try Store.opened(settings.store)
    // Summarize reports in the same way as a server with these settings.
    let service = DiagnosisService(
      store: store,
      summarizer: try ChatService.configured(settings, settings.logger))
    let (directory, kernels) = (settings.model, try settings.arithmetic())
    let failure: StoreError?
    do throws(ModelError) {
      failure = try await service.load(
        directory: directory, threads: settings.threads, kernels: kernels)
    } catch {
      throw CommandFailure(error, model: directory)
    }
    if let failure { throw CommandFailure(failure, store: settings.store) }
    guard let model = try? service.requireModel(), let archive = service.archive else {
      throw CommandFailure("the model or the store is not ready", .software)
    }
    return (service, model, archive)
  }
}
