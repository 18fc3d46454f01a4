internal import CheckedNumbers
internal import Formats
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
    /// Sorts the worklist. The value is an order of ``WorklistQuery``.
    case order
    /// Selects volumes by a part of their name, accession number, id or tags.
    case text
    /// Selects volumes by their ids, separated by commas.
    case volumeIDs = "volume_ids"
  }

  /// The maximum number of ids in `volume_ids`.
  private static let idLimit = 100
  /// The maximum length of `text` in UTF-8 bytes.
  private static let textLimit = 256

  private(set) var limit = 100
  private(set) var cursor: RecordCursor?
  /// The position in the worklist; nil for other lists.
  private(set) var place: WorklistCursor?
  private(set) var tag: (name: String, value: String)?
  private(set) var volumeID: String?
  /// True for jobs that have ended, false for unfinished jobs; nil for both.
  private(set) var isEnded: Bool?
  private(set) var order = WorklistQuery.Order.newest
  private(set) var text: String?
  private(set) var volumeIDs: Set<String>?

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
        if filters.contains(.order) {
          place = Self.place(item.value)
        } else {
          cursor = Self.cursor(item.value)
        }
        guard cursor != nil || place != nil else { throw Self.wrongCursor }
      default:
        guard let filter = filters.first(where: { $0.rawValue == item.name }) else {
          let known = ["limit", "cursor"] + filters.map(\.rawValue)
          throw ServiceAPI.unknownParameter(known: known.joined(separator: ", "))
        }
        try set(filter, item.value)
      }
    }
    if case .name? = place, order != .name { throw Self.wrongCursor }
  }

  private static let wrongCursor = Problem.wrongKind(
    "/cursor", "the next_cursor of an earlier response")

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
    case .order:
      guard let order = WorklistQuery.Order(rawValue: value) else {
        let known = WorklistQuery.Order.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem.wrongKind("/order", "one of \(known)")
      }
      self.order = order
    case .text:
      guard (1...Self.textLimit).contains(value.utf8.count) else {
        throw Problem.wrongKind("/text", "1 to \(Self.textLimit) bytes")
      }
      text = value
    case .volumeIDs:
      let ids = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard ids.count <= Self.idLimit, ids.allSatisfy(VolumeBody.isID) else {
        throw Problem.wrongKind(
          "/volume_ids", "at most \(Self.idLimit) ids of volumes, separated by commas")
      }
      volumeIDs = Set(ids)
    }
  }

  /// Returns the text of the cursor that continues a list after a record.
  static func text(of createdAt: Int, _ id: String) -> String { "\(createdAt).\(id)" }

  /// Returns the text of the cursor that continues the worklist. Names are written in hexadecimal digits, because
  /// cursors are part of addresses.
  static func text(of place: WorklistCursor) -> String {
    switch place {
    case .time(let place): text(of: place.createdAt, place.id)
    case .name(let name, let number): "\(namePrefix)\(hexadecimal(name.utf8)).\(number)"
    }
  }

  private static let namePrefix = "name."

  private static func place(_ text: String) -> WorklistCursor? {
    guard text.hasPrefix(namePrefix) else { return cursor(text).map(WorklistCursor.time) }
    let parts = text.dropFirst(namePrefix.count).split(separator: ".")
    guard parts.count == 2, let number = Int(digits: parts[1]), let bytes = bytes(parts[0]),
      let name = String(validating: bytes, as: UTF8.self)
    else { return nil }
    return .name(name, number: number)
  }

  /// Reads pairs of hexadecimal digits.
  private static func bytes(_ digits: Substring) -> [UInt8]? {
    let values = digits.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
    guard values.count.isMultiple(of: 2), values.count <= 2 * VolumeBody.nameLimit else {
      return nil
    }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: values.count, by: 2) {
      guard let high = values[index], let low = values[index + 1],
        let byte = UInt8(exactly: high << 4 | low)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func cursor(_ text: String) -> RecordCursor? {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let seconds = Int(digits: parts[0]), parts[1].utf8.count <= 128 else {
      return nil
    }
    return RecordCursor(createdAt: seconds, id: String(parts[1]))
  }
}
