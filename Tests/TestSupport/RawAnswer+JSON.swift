public import StrictJSON

extension RawAnswer {
  /// The body as a JSON object.
  public var json: JSONObject {
    get throws {
      guard case .object(let object) = try JSON(parsing: body) else {
        throw JSONError.syntax(offset: 0)
      }
      return object
    }
  }

  /// The code of a problem.
  public var code: String? { try? json["code"]?.text }
}

extension JSON {
  /// The elements of an array; none for any other value.
  public var elements: [JSON] { array ?? [] }
}

/// Volumes that differ in a few voxels, so that none is another's.
public enum ArchiveVolumes {
  /// The volume of a number.
  public static func volume(_ number: Int) -> [UInt8] {
    let good = HostileVolumes.good().bytes()
    return Array(good.dropLast(4)) + [UInt8(number & 255), 0, UInt8(number >> 8), 0]
  }
}
