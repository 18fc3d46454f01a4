import Archives
import ArgumentParser
import Encoders
import Inference
import Logging
import Storage

/// Flags of the commands that work on what is kept, with a model and without a server.
struct ArchiveOptions: ParsableArguments {
  @OptionGroup var options: SettingOptions<ArchiveSettings>

  /// A service over the store, ready for use.
  ///
  /// - Throws: `ExitCode`, after saying why not.
  func service() async throws -> (DiagnosisService, LoadedModel, Archive) {
    let settings = try options.settings()
    let store = try OpenStore.open(settings.store)
    // A report is read as the service with these settings reads it.
    let service = DiagnosisService(
      store: store,
      summarizer: try ChatService.configured(settings, Logger.standardError(settings)))
    let directory = settings.model
    let failure: StoreError?
    do throws(ModelError) {
      failure = try await service.load(directory: directory, threads: settings.threads)
    } catch {
      Console.complain(error, directory: directory)
      throw ExitCode.configuration
    }
    if let failure {
      Console.complain("store \(settings.store): \(OpenStore.words(for: failure))")
      throw ExitCode.unavailable
    }
    guard let model = try? service.requireModel(), let archive = service.archive else {
      throw ExitCode.software
    }
    return (service, model, archive)
  }
}
