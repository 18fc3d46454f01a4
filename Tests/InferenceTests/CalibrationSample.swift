import Calibrations
import Glibc
import Inference
import StrictJSON
import TestSupport

/// Calibrations for the tests, as documents that can be bent.
enum CalibrationSample {
  /// A document with every member, for any model.
  static func json(
    name: String = "ward-7", model: String = String(repeating: "0", count: 64),
    texts: [String] = ["There is Lung nodule", "There is Pleural effusion"],
    threshold: Float = 0.125
  ) -> JSON {
    [
      "format": "brgsa-calibration/1", "name": .string(name), "model_sha256": .string(model),
      "score": "cosine_mean", "method": "closest-to-corner",
      "cohort": ["name": "validation", "studies": 400, "note": ""],
      "thresholds": .array(
        texts.map {
          [
            "label": "x", "text": .string($0), "threshold": .float(threshold), "studies": 400,
            "positives": 97, "sensitivity": .double(0.91), "specificity": .double(0.93),
          ]
        }),
    ]
  }

  /// The same as a value.
  static func calibration(
    name: String = "ward-7", model: String = String(repeating: "0", count: 64),
    texts: [String] = ["There is Lung nodule"], threshold: Float = 0.125
  ) throws -> Calibration {
    try Calibration(
      parsing: json(name: name, model: model, texts: texts, threshold: threshold).bytes)
  }
}

/// A folder that goes with everything in it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/brgsa-calibrations-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FixtureError.inaccessible(path: "/tmp", errno: errno)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Names of everything in it but itself and its parent.
  var names: [String] { Self.names(in: path) }

  private static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func empty(_ path: String) {
    for name in names(in: path) where unlink("\(path)/\(name)") != 0 { empty("\(path)/\(name)") }
    rmdir(path)
  }

  deinit { Self.empty(path) }
}
