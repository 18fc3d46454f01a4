/// The parsers of foreign bytes.
///
/// Each takes any bytes at all: it may refuse them with its own error, but it must neither trap nor
/// break a law that holds for all input.
enum FuzzTarget: String, CaseIterable, Sendable {
  /// The head of a request, up to the verdict of the gate.
  case head
  /// A NIfTI file, plain or compressed, up to its statistics and the model's input.
  case volume
  /// A gzip stream of several members.
  case gzip
  /// A `multipart/form-data` body with its content type.
  case form
  /// A JSON text.
  case json
  /// A safetensors file.
  case safetensors
  /// A prompt or report, cleaned and cut into tokens.
  case tokens
  /// A report that is summarised, and a prompt that is brought into the model's form.
  case report
  /// A ZIP: its directory and its entries.
  case zip
  /// Heads of DICOM files, and what is chosen of them.
  case dicom
  /// A compressed image, decoded or checked.
  case frame
  /// The body of an inference request, JSON and tensors.
  case inference
  /// An exported archive that is imported.
  case archive
  /// A document as the store holds it.
  case documents
  /// A model's `config.json`.
  case configuration

  /// Parses `bytes`.
  ///
  /// - Throws: ``BrokenLaw``.
  func run(_ bytes: [UInt8]) async throws(BrokenLaw) {
    if self == .archive {
      try await FuzzedArchive(bytes).check()
    } else {
      try runAtOnce(bytes)
    }
  }

  /// The same on the caller's thread, for all but ``archive``, which needs to wait.
  func runAtOnce(_ bytes: [UInt8]) throws(BrokenLaw) {
    switch self {
    case .head: try FuzzedHead(bytes).check()
    case .volume: try FuzzedVolume(bytes).check()
    case .gzip: try FuzzedGzip(bytes).check()
    case .form: try FuzzedForm(bytes).check()
    case .json: try FuzzedJSON(bytes).check()
    case .safetensors: try FuzzedSafetensors(bytes).check()
    case .tokens: try FuzzedTokens(bytes).check()
    case .report: try FuzzedReport(bytes).check()
    case .zip: try FuzzedZip(bytes).check()
    case .dicom: try FuzzedDICOM(bytes).check()
    case .frame: try FuzzedFrame(bytes).check()
    case .inference: try FuzzedInference(bytes).check()
    case .documents: try FuzzedDocuments(bytes).check()
    case .configuration: try FuzzedConfiguration(bytes).check()
    case .archive: break
    }
  }
}

/// A law that an input broke.
struct BrokenLaw: Error, CustomStringConvertible {
  /// What should have held.
  let description: String
}

/// Refuses an input for which `law` does not hold.
func demand(_ holds: Bool, _ law: @autoclosure () -> String) throws(BrokenLaw) {
  guard holds else { throw BrokenLaw(description: law()) }
}
