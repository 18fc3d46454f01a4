/// A row of the index: the volume or report that it belongs to, and the attributes that filters compare.
public struct SearchEntry: Sendable, Equatable {
  /// The id of the volume or report, in ASCII.
  public let id: String
  /// The attributes that filters compare.
  public let attributes: [Attribute]

  /// A named text value.
  ///
  /// Names and values are compared as bytes. Two Unicode encodings of the same letter are therefore not equal.
  public struct Attribute: Sendable, Equatable {
    /// The attribute's name, for example `tags.site` or `accession`.
    public let key: String
    /// The attribute's value.
    public let value: String

    /// Makes an attribute.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }

    /// Returns true if both the keys and the values have equal bytes.
    public static func == (one: Attribute, other: Attribute) -> Bool {
      isEqual(one.value, other.value) && isEqual(one.key, other.key)
    }

    /// Returns true if both texts have equal bytes.
    ///
    /// Swift's `==` is fast but also accepts different encodings of the same characters. Texts that it considers equal
    /// are therefore also compared as bytes.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
      one == other && one.utf8.elementsEqual(other.utf8)
    }
  }

  /// Makes an entry. An entry without attributes meets none of the conditions in ``SearchFilter/must``.
  public init(id: String, attributes: [Attribute] = []) {
    self.id = id
    self.attributes = attributes
  }
}

/// Determines which entries a search may return.
public struct SearchFilter: Sendable, Equatable {
  /// Attributes that an entry must have.
  public var must: [SearchEntry.Attribute]
  /// Attributes that an entry must not have.
  public var mustNot: [SearchEntry.Attribute]

  /// Makes a filter. A filter without conditions accepts every entry.
  public init(must: [SearchEntry.Attribute] = [], mustNot: [SearchEntry.Attribute] = []) {
    self.must = must
    self.mustNot = mustNot
  }

  /// True if the filter has no conditions.
  public var isEmpty: Bool { must.isEmpty && mustNot.isEmpty }

  /// Returns true if `entry` meets all conditions.
  public func admits(_ entry: SearchEntry) -> Bool {
    must.allSatisfy { entry.attributes.contains($0) }
      && !mustNot.contains { entry.attributes.contains($0) }
  }
}
