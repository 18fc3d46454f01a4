/// Reads the planes of a file's frames. Some values are shared by all frames, and others belong to one frame.
///
/// - Source: DICOM PS3.3, C.7.6.16.
struct FunctionalGroups {
  private static let wanted: Set<DataSetReader.Tag> = Set(
    [
      DICOMAttribute.pixelMeasures, .planePosition, .planeOrientation, .pixelValueTransformation,
      .reconstruction,
    ].map(\.tag))

  /// Maximum number of items in a sequence. No volume has this many frames.
  private static let mostItems = 10_000

  let bytes: [UInt8]
  let budget: HeadBudget

  /// Reads the planes of all frames.
  ///
  /// - Parameters:
  ///   - plane: The values outside the functional groups.
  ///   - shared: The sequence with the values that all frames share.
  ///   - perFrame: The sequence with one item for each frame.
  /// - Returns: The planes of all frames; empty if one of them is unreadable.
  func planes(
    _ plane: ImagePlane, shared: DataSetReader.Element?, perFrame: DataSetReader.Element
  ) -> [ImagePlane] {
    var common = plane
    if let shared {
      guard let item = items(of: shared)?.first, let read = plane.taking(item, from: self) else {
        return []
      }
      common = read
    }
    guard let items = items(of: perFrame) else { return [] }
    let planes = items.compactMap { common.taking($0, from: self) }
    return planes.count == items.count ? planes : []
  }

  /// An item of a sequence: the byte range of its elements and their encoding.
  fileprivate struct Item {
    let range: Range<Int>
    let encoding: DataSetReader.Encoding
  }

  /// Finds the items of a sequence.
  ///
  /// - Returns: nil if the sequence is unreadable.
  private func items(of sequence: DataSetReader.Element) -> [Item]? {
    var items: [Item] = []
    var place = sequence.value.lowerBound
    let end = sequence.value.upperBound
    while end - place >= 8 {
      let tag = number(at: place, count: 2, sequence.inner) << 16
      let kind = tag | number(at: place + 2, count: 2, sequence.inner)
      let length = number(at: place + 4, count: 4, sequence.inner)
      place += 8
      if kind == Int(DataSetReader.sequenceEnd) { return items }
      guard kind == Int(DataSetReader.item), items.count < Self.mostItems, budget.take() else {
        return nil
      }
      guard length == DataSetReader.undefined else {
        guard length <= end - place else { return nil }
        items.append(Item(range: place..<(place + length), encoding: sequence.inner))
        place += length
        continue
      }
      var reader = DataSetReader(bytes, from: place, sequence.inner, budget: budget)
      var close: Range<Int>?
      while close == nil, let element = reader.next() {
        if element.tag == DataSetReader.itemEnd { close = element.value }
      }
      guard let close, close.upperBound <= end else { return nil }
      // The item delimiter has 8 bytes.
      items.append(Item(range: place..<max(close.lowerBound - 8, place), encoding: sequence.inner))
      place = close.upperBound
    }
    return place == end ? items : nil
  }

  private func number(at place: Int, count: Int, _ encoding: DataSetReader.Encoding) -> Int {
    (0..<count).reduce(0) { number, index in
      let shift = encoding == .explicitBigEndian ? count - 1 - index : index
      return number | Int(bytes[place + index]) << (8 * shift)
    }
  }

  /// The elements of an item up to the first unreadable one.
  private func elements(of item: Item) -> [DataSetReader.Element] {
    var reader = DataSetReader(bytes, from: item.range.lowerBound, item.encoding, budget: budget)
    var elements: [DataSetReader.Element] = []
    while reader.place < item.range.upperBound, let element = reader.next(),
      element.value.upperBound <= item.range.upperBound
    {
      elements.append(element)
    }
    return elements
  }

  /// Reads the values of one item into a copy of `plane`.
  ///
  /// - Returns: nil if a group that is needed is unreadable.
  fileprivate func plane(_ plane: ImagePlane, of item: Item) -> ImagePlane? {
    var plane = plane
    for group in elements(of: item) where Self.wanted.contains(group.tag) {
      guard let items = items(of: group) else { return nil }
      guard let first = items.first else { continue }
      for element in elements(of: first) {
        plane.take(element.tag, ImageHeader.numberText(bytes[element.value]))
      }
    }
    return plane
  }
}

extension ImagePlane {
  fileprivate func taking(
    _ item: FunctionalGroups.Item, from groups: FunctionalGroups
  ) -> ImagePlane? {
    groups.plane(self, of: item)
  }
}
