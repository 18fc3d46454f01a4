public import StrictJSON

/// The document of a stored diagnosis, as this program writes it.
public struct StoredDocument {
  /// The digest of the model's weights.
  public static let modelSHA256 = String(repeating: "a0", count: 32)
  private let id: String
  private let findings: [String]

  /// - Parameter findings: JSON texts.
  public init(id: String = "dx_1", findings: [String] = [Self.finding()]) {
    self.id = id
    self.findings = findings
  }

  /// The JSON text of a finding.
  public static func finding(
    index: Int = 0, label: String = "gas", texts: String = #""text":"There is gas""#,
    score: String = "0.3121", positive: String = "null", threshold: String = "null",
    margin: String = "null", percentile: String = "null"
  ) -> String {
    let label = String(decoding: JSON.string(label).bytes, as: UTF8.self)
    return """
      {"rank":1,"index":\(index),"label":\(label),\(texts),"score":\(score),
      "score_kind":"cosine_mean","components":{"direct":0.283,"bridged":0.3412},
      "margin":\(margin),"percentile":\(percentile),"threshold":\(threshold),
      "positive":\(positive),"tokens":6,"truncated":false}
      """
  }

  /// The document's members.
  public var object: JSONObject {
    let text = """
      {"id":"\(id)","created_at":"2026-11-22T15:04:05Z","volume":{"id":"sha256-x","warnings":[
      {"code":"lung-missing","detail":"Is this a chest?"}]},"model":{"name":"m","version":"4",
      "sha256":"\(Self.modelSHA256)","recipe":"lps/1","compute":"cpu-f32","calibration":null},
      "findings":[\(findings.joined(separator: ","))],"notice":"Research use only."}
      """
    guard case .object(let object)? = try? JSON(parsing: Array(text.utf8)) else {
      preconditionFailure("not an object: \(text)")
    }
    return object
  }
}
