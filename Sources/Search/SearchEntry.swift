/// The volume or report that a row of the index belongs to.
public struct SearchEntry: Sendable, Equatable {
  /// The id of the volume or report, in ASCII.
  public let id: String
  /// The texts that filters compare.
  public let attributes: [Attribute]

  /// A named text. Names and values are compared as bytes: different encodings of one letter are
  /// different.
  public struct Attribute: Sendable, Equatable {
    /// For example `tags.site` or `accession`.
    public let key: String
    /// Its value.
    public let value: String

    /// Names a text.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }

    /// Equal bytes.
    public static func == (one: Attribute, other: Attribute) -> Bool {
      isEqual(one.value, other.value) && isEqual(one.key, other.key)
    }

    /// Swift's `==` is fast, but also accepts different bytes for equal characters. So equal texts
    /// are then compared as bytes.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
      one == other && one.utf8.elementsEqual(other.utf8)
    }
  }

  /// An entry without attributes matches no condition.
  public init(id: String, attributes: [Attribute] = []) {
    self.id = id
    self.attributes = attributes
  }
}

/// Decides which entries a search may find.
public struct SearchFilter: Sendable, Equatable {
  /// Attributes that an entry must have.
  public var must: [SearchEntry.Attribute]
  /// Attributes that an entry must not have.
  public var mustNot: [SearchEntry.Attribute]

  /// Makes a filter; without conditions every entry passes.
  public init(must: [SearchEntry.Attribute] = [], mustNot: [SearchEntry.Attribute] = []) {
    self.must = must
    self.mustNot = mustNot
  }

  /// Whether the filter has no conditions.
  public var isEmpty: Bool { must.isEmpty && mustNot.isEmpty }

  /// Whether `entry` may be found.
  public func admits(_ entry: SearchEntry) -> Bool {
    must.allSatisfy { entry.attributes.contains($0) }
      && !mustNot.contains { entry.attributes.contains($0) }
  }
}
