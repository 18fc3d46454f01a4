internal import DICOM
internal import Diagnoses
internal import Formats
internal import HTTP
internal import Hashing
internal import Storage
internal import StrictJSON

/// The format of a diagnosis in a response: JSON, CSV, an HTML page or a DICOM structured report.
struct DiagnosisForm {
  private enum Kind: String, CaseIterable {
    case json = "application/json"
    case csv = "text/csv"
    case page = "text/html"
    case structuredReport = "application/dicom+json"
  }

  private let kind: Kind

  /// - Throws: ``Problem`` `not-acceptable` if the client accepts none of the formats.
  init(accept: String?) throws(Problem) {
    let type = try MediaChoice.choose(accept, among: Kind.allCases.map(\.rawValue))
    kind = Kind(rawValue: type) ?? .json
  }

  /// True if this format includes the volume's metadata.
  var showsMetadata: Bool { kind == .structuredReport }

  /// Makes the response.
  ///
  /// - Parameters:
  ///   - document: The stored document of the diagnosis.
  ///   - metadata: The volume's metadata; nil if the format does not include it or the volume is no longer stored.
  /// - Throws: ``Problem/unreadableDiagnosis``.
  func response(
    _ document: [UInt8], of metadata: VolumeMetadata? = nil
  ) throws(Problem) -> Response {
    let type = kind.rawValue
    switch kind {
    case .json: return Self.response(type, try Self.json(in: document))
    case .structuredReport:
      let report = StructuredReport(
        try Self.diagnosis(in: document), accession: metadata?.accession,
        studyUID: metadata?.studyUID, seriesUID: metadata?.seriesUID)
      return Self.response(type, report.json.bytes)
    case .csv, .page:
      let diagnosis = try Self.diagnosis(in: document)
      var response = Self.response(
        "\(type); charset=utf-8",
        Array((kind == .csv ? diagnosis.csv : diagnosis.html).utf8))
      // Text from clients is escaped. If a browser interpreted it anyway, this policy would block any effect.
      response.headers.set("Content-Security-Policy", Self.policy)
      return response
    }
  }

  /// The policy allows only the page's own style, which it names by its digest.
  private static let policy = {
    let digest = base64(SHA256.hash(data: StoredDiagnosis.style.utf8))
    return """
      default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'; \
      frame-ancestors 'none'
      """
  }()

  /// Returns the response's JSON from a stored document without parsing it.
  ///
  /// - Throws: ``Problem/unreadableDiagnosis``.
  static func json(in document: [UInt8]) throws(Problem) -> [UInt8] {
    guard let json = StoredDiagnosis.response(in: document) else { throw .unreadableDiagnosis }
    return json
  }

  /// Parses the diagnosis in a stored document.
  ///
  /// - Throws: ``Problem/unreadableDiagnosis``.
  static func diagnosis(in document: [UInt8]) throws(Problem) -> StoredDiagnosis {
    guard let diagnosis = StoredDiagnosis(document: document) else { throw .unreadableDiagnosis }
    return diagnosis
  }

  private static func response(_ type: String, _ body: [UInt8]) -> Response {
    Response(status: 200, headers: ["Content-Type": type, "Vary": "Accept"], body: body)
  }
}

extension Problem {
  /// The problem of a stored document that is not a diagnosis, or that this version cannot read.
  static let unreadableDiagnosis = Problem(.internalError, "The stored diagnosis cannot be read.")
}
