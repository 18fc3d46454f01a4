/// The ids for a condition such as `id IN (…)`. A list has either 1 or ``size`` placeholders. This limits the number of
/// prepared statements, and lets the server plan each of them for an index.
struct IDList {
  /// The placeholders of the values, separated by commas.
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
      // Repeating an id does not change the result.
      let padding = Array(repeating: first, count: count - part.count)
      lists.append(
        IDList(
          places: Array(repeating: "?", count: count).joined(separator: ", "),
          values: (part + padding).map(SQLValue.text)))
    }
    return lists
  }
}
