internal import CheckedNumbers
internal import HTTP
internal import Storage

/// The query parameters of a list: `limit`, `cursor`, and any filters.
struct PageParameters {
  /// A filter that a list can support.
  enum Filter: String, CaseIterable {
    /// Selects volumes with a tag. The value has the form `name:value`.
    case tag
    /// Selects diagnoses of the volume with this id.
    case volumeID = "volume_id"
    /// Selects jobs by whether they have ended. The value is `open` or `ended`.
    case state
  }

  private(set) var limit = 100
  private(set) var cursor: RecordCursor?
  private(set) var tag: (name: String, value: String)?
  private(set) var volumeID: String?
  /// True for jobs that have ended, false for unfinished jobs; nil for both.
  private(set) var isEnded: Bool?

  /// Reads the parameters of a list.
  ///
  /// - Parameters:
  ///   - most: Maximum value of `limit`.
  ///   - filters: The filters that this list supports.
  /// - Throws: ``Problem``. It identifies the invalid parameter, but does not repeat its value.
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

  /// Returns the text of the cursor that continues a list after a record.
  static func text(of createdAt: Int, _ id: String) -> String { "\(createdAt).\(id)" }

  private static func cursor(_ text: String) -> RecordCursor? {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let seconds = Int(digits: parts[0]), parts[1].utf8.count <= 128 else {
      return nil
    }
    return RecordCursor(createdAt: seconds, id: String(parts[1]))
  }
}
