internal import CheckedNumbers
internal import HTTP
internal import Storage

/// The query parameters of a list: `limit`, `cursor` and `tag`.
struct PageParameters {
  private(set) var limit = 100
  private(set) var cursor: RecordCursor?
  private(set) var tag: (name: String, value: String)?

  /// - Throws: ``Problem``. It points to the invalid parameter, but does not repeat its text.
  init(_ query: [QueryItem], limit most: Int, takesTag: Bool = true) throws(Problem) {
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
      case "tag" where takesTag:
        let parts = item.value.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, VolumeBody.isTagName(String(parts[0])) else {
          throw Problem.wrongKind("/tag", "name:value")
        }
        tag = (String(parts[0]), String(parts[1]))
      default:
        throw ServiceAPI.unknownParameter(known: takesTag ? "limit, cursor, tag" : "limit, cursor")
      }
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
