import API
import ArgumentParser
import CCrash
import CommandLineSupport
import Files
import Glibc
import Tensors

/// The command `brgsa`. It parses the arguments and runs a subcommand.
@main
struct Brgsa: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "brgsa",
    abstract: "Zero-shot findings on 3D chest CT, on a CPU",
    discussion: """
      Computes similarity scores of a volume (.nii, .nii.gz or DICOM) and free-text findings, with the BrgSA \
      model (arXiv 2501.03565). Research use only; not a medical device.

        brgsa serve --model DIR
        brgsa diagnose ct.nii.gz -p "pleural effusion" -p "lung nodule" --model DIR
        brgsa embed archive/*.nii.gz
        brgsa retrieve --report report.txt
        brgsa summarize < report.txt
        brgsa evaluate --volumes DIR --labels labels.csv --model DIR
        brgsa inspect ct.nii.gz

      Results go to standard output, progress and messages to standard error. Exit codes: 0 success, \
      64 wrong usage, 65 invalid input data, 66 missing input, 69 service unavailable, 70 fault of this \
      program, 73 file cannot be created, 74 results cannot be written, 78 invalid configuration or model.
      """,
    version: ServiceAPI.version,
    subcommands: [
      ServeCommand.self, DiagnoseCommand.self, EmbedCommand.self, RetrieveCommand.self,
      SummarizeCommand.self, DatabaseCommand.self, EvaluateCommand.self, InspectCommand.self,
      TokenizeCommand.self, ModelCommand.self, KeysCommand.self, AuditCommand.self,
      BenchCommand.self,
      ConfigCommand.self, HealthCommand.self,
    ])

  static func main() async {
    prepareProcess()
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      Console.note(failure.message)
      exit(withError: failure.code)
    } catch {
      exit(withError: error)
    }
  }

  /// Prepares the process. Call this before the first thread starts.
  private static func prepareProcess() {
    // Open descriptors 0, 1 and 2 if they are closed. Otherwise a client's socket could get one of these numbers and
    // receive log lines.
    while case let descriptor = open("/dev/null", O_RDWR), descriptor >= 0 {
      guard descriptor > STDERR_FILENO else { continue }
      close(descriptor)
      break
    }
    signal(SIGPIPE, SIG_IGN)
    if brgsa_hide_crashes() != 0 {
      Console.note("crash reports cannot be forbidden: \(FileError.words(for: errno))")
      _exit(ExitCode.software.rawValue)
    }
    Processor.initialize
    if let name = Kernels.refusedRequest {
      let known = (Kernels.all + Kernels.allRounded).map(\.name).joined(separator: ", ")
      Console.note("\(Kernels.variable)=\(name): this processor supports \(known).")
      _exit(ExitCode.configuration.rawValue)
    }
  }
}
