import Files

/// Finds repeated images. Repeated images have the same instance UID, position and pixels.
///
/// Some software gives all images the same instance UID, and only their positions differ. If two images at one
/// position have different pixels, both stay in the series. Otherwise, the service would choose between two phases of
/// a scan.
struct RepeatedImages {
  /// Opens the file of an image.
  let file: (ImageStack.Image) throws(SeriesError) -> FileRegion

  private static let pieceBytes = 1 << 20
  private static let mostCompared = 4

  private struct Instance: Hashable {
    let series: String
    let number: String
    let place: [Double]

    init(_ header: ImageHeader) {
      series = header.series
      number = header.sopInstance
      let position = header.planes.first?.position
      place = [position?.x, position?.y, position?.z].compactMap { $0 }
    }
  }

  /// Removes repeated images.
  ///
  /// - Returns: The images that do not repeat an earlier image.
  /// - Throws: ``SeriesError``.
  func removed(
    from images: [ImageStack.Image], _ watch: ConversionWatch
  ) throws(SeriesError) -> [ImageStack.Image] {
    var earlier: [Instance: [ImageStack.Image]] = [:]
    var left: [ImageStack.Image] = []
    for image in images {
      guard image.header.isImage, !image.header.sopInstance.isEmpty else {
        left.append(image)
        continue
      }
      let instance = Instance(image.header)
      var isRepeated = false
      // If many different images have one UID and position, the series is refused later.
      for other in (earlier[instance] ?? []).prefix(Self.mostCompared) where !isRepeated {
        isRepeated = try hasSamePixels(image, other, watch)
      }
      if !isRepeated {
        earlier[instance, default: []].append(image)
        left.append(image)
      }
    }
    return left
  }

  private func hasSamePixels(
    _ one: ImageStack.Image, _ other: ImageStack.Image, _ watch: ConversionWatch
  ) throws(SeriesError) -> Bool {
    // Bytes in two different encodings cannot be compared. Such images count as the same.
    guard one.header.transferSyntax == other.header.transferSyntax else { return true }
    guard
      let (first, second) = one.header.pixels.flatMap({ a in other.header.pixels.map { (a, $0) } }),
      first.byteCount == second.byteCount
    else { return false }
    let (a, b) = (try file(one), try file(other))
    let length = first.byteCount ?? a.byteCount - first.start
    guard first.byteCount != nil || length == b.byteCount - second.start else {
      return false
    }
    var done = 0
    while done < length {
      try watch.check()
      let count = min(Self.pieceBytes, length - done)
      let bytes = try a.piece(at: first.start + done, count: count)
      guard bytes == (try b.piece(at: second.start + done, count: count)) else {
        return false
      }
      // A file that ends early is refused later.
      guard !bytes.isEmpty else { return true }
      done += bytes.count
    }
    return true
  }
}
