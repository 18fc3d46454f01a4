internal import CheckedNumbers
internal import HTTP
internal import Storage

/// The query parameters of a list: `limit`, `cursor`, and the filters of the list.
struct PageParameters {
  /// A filter that a list may have.
  enum Filter: String, CaseIterable {
    /// A tag of a volume, as `name:value`.
    case tag
    /// The id of a volume.
    case volumeID = "volume_id"
    /// Whether a job has ended: `open` or `ended`.
    case state
  }

  private(set) var limit = 100
  private(set) var cursor: RecordCursor?
  private(set) var tag: (name: String, value: String)?
  private(set) var volumeID: String?
  /// True for jobs that have ended, false for the others; nil for both.
  private(set) var isEnded: Bool?

  /// - Parameter filters: The filters of this list.
  /// - Throws: ``Problem``. It points to the invalid parameter, but does not repeat its text.
  init(_ query: [QueryItem], limit most: Int, filters: [Filter] = []) throws(Problem) {
    var seen: Set<String> = []
    for item in query {
      guard seen.insert(item.name).inserted else {
        throw Problem(.duplicateField, "A query parameter occurs twice.").at("")
      }
      switch item.name {
      case "limit":
        guard let number = Int(digits: item.value, in: 1...most) else {
          throw Problem.wrongKind("/limit", "a whole number from 1 to \(most)")
        }
        limit = number
      case "cursor":
        guard let place = Self.cursor(item.value) else {
          throw Problem.wrongKind("/cursor", "the next_cursor of an earlier response")
        }
        cursor = place
      default:
        guard let filter = filters.first(where: { $0.rawValue == item.name }) else {
          let known = ["limit", "cursor"] + filters.map(\.rawValue)
          throw ServiceAPI.unknownParameter(known: known.joined(separator: ", "))
        }
        try set(filter, item.value)
      }
    }
  }

  private mutating func set(_ filter: Filter, _ value: String) throws(Problem) {
    switch filter {
    case .tag:
      let parts = value.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, VolumeBody.isTagName(String(parts[0])) else {
        throw Problem.wrongKind("/tag", "name:value")
      }
      tag = (String(parts[0]), String(parts[1]))
    case .volumeID:
      guard VolumeBody.isID(value) else {
        throw Problem.wrongKind("/volume_id", "the id of a volume")
      }
      volumeID = value
    case .state:
      guard value == "open" || value == "ended" else {
        throw Problem.wrongKind("/state", "open or ended")
      }
      isEnded = value == "ended"
    }
  }

  /// Returns the cursor that continues after a record.
  static func text(of createdAt: Int, _ id: String) -> String { "\(createdAt).\(id)" }

  private static func cursor(_ text: String) -> RecordCursor? {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let seconds = Int(digits: parts[0]), parts[1].utf8.count <= 128 else {
      return nil
    }
    return RecordCursor(createdAt: seconds, id: String(parts[1]))
  }
}
