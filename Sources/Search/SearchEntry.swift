/// What a row of the index belongs to.
public struct SearchEntry: Sendable, Equatable {
  /// The volume's or report's identity, ASCII.
  public let id: String
  /// What filters look at.
  public let attributes: [Attribute]

  /// A named text. Names and values are compared as bytes: two spellings of one letter are different.
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

    /// Equal bytes are equal characters, which is quick to tell; the other way round it must be looked at.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
      one == other && one.utf8.elementsEqual(other.utf8)
    }
  }

  /// An entry without attributes answers to no condition.
  public init(id: String, attributes: [Attribute] = []) {
    self.id = id
    self.attributes = attributes
  }
}

/// Which entries may be found.
public struct SearchFilter: Sendable, Equatable {
  /// Attributes that an entry must have, all of them.
  public var must: [SearchEntry.Attribute]
  /// Attributes that it must not have, none of them.
  public var mustNot: [SearchEntry.Attribute]

  /// A filter; without conditions everything passes.
  public init(must: [SearchEntry.Attribute] = [], mustNot: [SearchEntry.Attribute] = []) {
    self.must = must
    self.mustNot = mustNot
  }

  /// Whether there is any condition.
  public var isEmpty: Bool { must.isEmpty && mustNot.isEmpty }

  /// Whether `entry` may be found.
  public func admits(_ entry: SearchEntry) -> Bool {
    must.allSatisfy { entry.attributes.contains($0) }
      && !mustNot.contains { entry.attributes.contains($0) }
  }
}
