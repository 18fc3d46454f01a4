public import StrictJSON

extension JSON {
  /// The paths of all members that are no objects, and those objects without members, below this one.
  public var leafPaths: [[String]] {
    guard case .object(let object) = self, !object.members.isEmpty else { return [[]] }
    return object.members.flatMap { member in
      member.value.leafPaths.map { [member.key] + $0 }
    }
  }

  /// This value with the member at `path` replaced, added, or with nil removed.
  public func setting(_ path: [String], to value: JSON?) -> JSON {
    guard let key = path.first else { return value ?? .null }
    guard case .object(let object) = self else { return self }
    var members = object.members
    let index = members.firstIndex { $0.key == key }
    let old = index.map { members[$0].value } ?? [:]
    let new = path.count == 1 ? value : old.setting(Array(path.dropFirst()), to: value)
    switch (index, new) {
    case (let index?, let new?): members[index].value = new
    case (let index?, nil): members.remove(at: index)
    case (nil, let new?): members.append((key, new))
    case (nil, nil): break
    }
    return .object(JSONObject(members))
  }
}
