import Diagnoses
import HTTP
import Storage
import StrictJSON
import Volumes

@testable import API
@testable import Archives
@testable import Calibrations
@testable import Inference
@testable import Jobs

/// A document as the store holds it: a letter that says which, then its bytes.
///
/// Laws: what is taken is written again as the same; what routes show of it can be shown, and is the same each time.
struct FuzzedDocuments {
  private let kind: UInt8
  private let document: [UInt8]

  init(_ bytes: [UInt8]) {
    kind = bytes.first ?? 0
    document = Array(bytes.dropFirst())
  }

  func check() throws(BrokenLaw) {
    switch kind {
    case UInt8(ascii: "d"): try checkDiagnosis()
    case UInt8(ascii: "v"): try checkVolume()
    case UInt8(ascii: "j"): try checkJob()
    case UInt8(ascii: "c"): try checkCalibration()
    case UInt8(ascii: "p"): try checkPromptSet()
    default: return
    }
  }

  private func checkDiagnosis() throws(BrokenLaw) {
    if let diagnosis = StoredDiagnosis(document: document) {
      try demand(
        StoredDiagnosis(document: diagnosis.document) == diagnosis,
        "a diagnosis, written again, is another")
    }
    for type in ["application/json", "text/csv", "text/html", "application/dicom+json"] {
      let shown = shown(as: type)
      try demand(shown == self.shown(as: type), "shown in two ways as \(type)")
      guard let shown, type == "application/dicom+json" else { continue }
      do throws(JSONError) {
        _ = try JSON(parsing: shown)
      } catch {
        // Reports are deeper than what the service reads, and nothing else.
        guard case .tooDeep = error else {
          throw BrokenLaw(description: "a structured report that is not JSON: \(error)")
        }
      }
    }
  }

  /// Nil if it is refused.
  private func shown(as type: String) -> [UInt8]? {
    let metadata = VolumeMetadata(accession: "1", studyUID: "1.2", seriesUID: "1.2.3")
    return try? DiagnosisForm(accept: type).response(document, of: metadata).body
  }

  private func checkVolume() throws(BrokenLaw) {
    guard let description = VolumeDescription(document: document) else { return }
    try demand(
      VolumeDescription(document: description.document) == description,
      "a description, written again, is another: \(description)")
    try demand(description.shape.count == 3, "\(description.shape.count) axes")
    let shown = JSON.object(DiagnosisBody.volume("id", description)).bytes
    try demand((try? JSON(parsing: shown)) != nil, "a description that cannot be shown")
    if let affine = description.affine {
      _ = VolumeGeometry(
        spacing: description.spacing, affine: affine, orientation: description.orientation)
    }
  }

  private func checkJob() throws(BrokenLaw) {
    for end in [nil, 1] {
      let record = JobRecord(
        id: "job_1", createdAt: 0, endedAt: end, repetitionKey: [1], document: document)
      guard let job = Job(record) else { continue }
      try demand(Job(job.record) == job, "a job, written again, is another")
      if case .upload(let upload) = job.order?.volume { try check(upload) }
    }
    guard let json = try? JSON(parsing: document), let earlier = RequestedOrder(json) else {
      return
    }
    try demand(RequestedOrder(earlier.json) == earlier, "an order, written again, is another")
    try demand(earlier.fingerprint.utf8.count == 64, "fingerprint \(earlier.fingerprint)")
    if let upload = earlier.upload { try check(upload) }
    _ = try? earlier.order(reading)
  }

  private func check(_ upload: JobOrder.Upload) throws(BrokenLaw) {
    try demand(upload.sha256.count == 32, "\(upload.sha256.count) bytes of digest")
    let sum = upload.parts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    try demand(upload.parts.isEmpty || sum == upload.byteCount, "parts of another file")
  }

  private func checkCalibration() throws(BrokenLaw) {
    guard let calibration = try? Calibration(parsing: document) else { return }
    try demand(calibration.bytes == document, "a calibration has other bytes")
    for threshold in calibration.thresholds {
      try demand(
        (-1...1).contains(threshold.threshold) && threshold.positives <= threshold.studies,
        "\(threshold)")
    }
    let again = try? Calibration(
      name: calibration.name, modelSHA256: calibration.modelSHA256, score: calibration.score,
      method: calibration.method, cohort: calibration.cohort, thresholds: calibration.thresholds)
    // Written again it may be longer than allowed.
    guard let again else { return }
    try demand(again.thresholds == calibration.thresholds, "written again, other thresholds")
  }

  private func checkPromptSet() throws(BrokenLaw) {
    guard let prompts = try? reading.prompts(ofSet: "site") else { return }
    try demand(!prompts.isEmpty, "a set without a prompt")
    try demand(prompts.allSatisfy { !$0.texts.isEmpty }, "a prompt without a text")
  }

  private var reading: PromptReading {
    PromptReading(template: PromptTemplate("There is {term}")) { [document] _ in document }
  }
}
