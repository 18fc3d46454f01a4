/// Ids for a condition such as `id IN (…)`. The number of places is one of two, so that few statements are prepared and
/// the server plans each of them for an index.
struct IDList {
  /// The places of the values, separated by commas.
  let places: String
  let values: [SQLValue]

  private static let size = 100

  static func lists(of ids: Set<String>) -> [IDList] {
    var lists: [IDList] = []
    var rest = ids.sorted()[...]
    while let first = rest.first {
      let part = rest.prefix(size)
      rest = rest.dropFirst(part.count)
      let count = part.count == 1 ? 1 : size
      // An id that is named twice is found once.
      let padding = Array(repeating: first, count: count - part.count)
      lists.append(
        IDList(
          places: Array(repeating: "?", count: count).joined(separator: ", "),
          values: (part + padding).map(SQLValue.text)))
    }
    return lists
  }
}
