/// The volume or report to which a row of the index belongs.
public struct SearchEntry: Sendable, Equatable {
  /// The id of the volume or report, in ASCII.
  public let id: String
  /// The texts that filters compare.
  public let attributes: [Attribute]

  /// A text with a name.
  ///
  /// Names and values are compared as bytes. So two different encodings of the same letter are not equal.
  public struct Attribute: Sendable, Equatable {
    /// The name, for example `tags.site` or `accession`.
    public let key: String
    /// The text.
    public let value: String

    /// Makes an attribute.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }

    /// Returns true if the bytes of both keys and of both values are equal.
    public static func == (one: Attribute, other: Attribute) -> Bool {
      isEqual(one.value, other.value) && isEqual(one.key, other.key)
    }

    /// Returns true if the bytes of both texts are equal.
    ///
    /// Swift's `==` is fast, but it also takes different bytes for equal characters as equal. So
    /// texts that it takes as equal are then compared as bytes.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
      one == other && one.utf8.elementsEqual(other.utf8)
    }
  }

  /// Makes an entry. Without attributes it has none of those that a filter demands.
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

  /// Makes a filter. Without conditions, it admits every entry.
  public init(must: [SearchEntry.Attribute] = [], mustNot: [SearchEntry.Attribute] = []) {
    self.must = must
    self.mustNot = mustNot
  }

  /// True if the filter has no conditions.
  public var isEmpty: Bool { must.isEmpty && mustNot.isEmpty }

  /// Returns true if a search may find `entry`.
  public func admits(_ entry: SearchEntry) -> Bool {
    must.allSatisfy { entry.attributes.contains($0) }
      && !mustNot.contains { entry.attributes.contains($0) }
  }
}
