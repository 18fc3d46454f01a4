internal import CheckedNumbers

// Small pictures for lists. They show an axial slice in the lung window, with square pixels.
extension SlicePicture {
  /// The longer side of a thumbnail in pixels.
  private static let thumbnailSide = 128

  /// Makes a thumbnail of the middle slice. If `map` is not nil, it shows the slice of the map's maximum, with the colours
  /// of the map.
  package static func thumbnail(of grid: VoxelGrid, _ map: SimilarityMap? = nil) -> SlicePicture {
    let extent = VoxelGrid.extent(.axial, shape: grid.shape, spacing: grid.spacing)
    let slice = map.flatMap { $0.axialSlice(of: extent.count) } ?? extent.count / 2
    return SlicePicture(grid, .axial, slice, .lung, map)
      .scaled(toLongest: thumbnailSide, pixel: extent.pixel)
  }

  /// Returns the picture with another size. Each new pixel is the mean of the area that it covers.
  ///
  /// - Parameters:
  ///   - longest: The longer side of the new picture in pixels.
  ///   - pixel: Width and height of a pixel of this picture, in millimetres.
  func scaled(toLongest longest: Int, pixel: [Double]) -> SlicePicture {
    let size = [Double(width) * pixel[0], Double(height) * pixel[1]]
    let scale = Double(longest) / max(size[0], size[1])
    let new = size.map { Int(nearest: $0 * scale, clampedTo: 1...longest) }
    let channels = isColour ? 3 : 1
    let columns = Self.cover(width, by: new[0])
    var lines = [Float](repeating: 0, count: new[0] * height * channels)
    for row in 0..<height {
      for (column, parts) in columns.enumerated() {
        for channel in 0..<channels {
          lines[(row * new[0] + column) * channels + channel] = parts.reduce(0) { sum, part in
            let place = (row * width + part.index) * channels + channel
            return sum + part.share * Float(samples[place])
          }
        }
      }
    }
    var result: [UInt8] = []
    result.reserveCapacity(new[0] * new[1] * channels)
    for parts in Self.cover(height, by: new[1]) {
      for place in 0..<new[0] * channels {
        let value = parts.reduce(Float(0)) { sum, part in
          sum + part.share * lines[part.index * new[0] * channels + place]
        }
        result.append(UInt8(nearest: value, clampedTo: 0...255))
      }
    }
    return SlicePicture(width: new[0], height: new[1], samples: result, isColour: isColour)
  }

  /// Returns the old pixels that each of `count` new pixels covers, with their shares. The shares add up to 1.
  private static func cover(_ old: Int, by count: Int) -> [[(index: Int, share: Float)]] {
    let step = Double(old) / Double(count)
    return (0..<count).map { place in
      let (start, end) = (Double(place) * step, Double(place + 1) * step)
      let first = Int(floor: start, clampedTo: 0...(old - 1))
      let last = Int(floor: end, clampedTo: first...(old - 1))
      return (first...last).compactMap { index in
        let length = min(end, Double(index + 1)) - max(start, Double(index))
        return length > 0 ? (index, Float(length / step)) : nil
      }
    }
  }
}

extension SimilarityMap {
  /// The axial slice through the patch with the highest value; nil without patches.
  ///
  /// - Parameter count: The number of axial slices.
  func axialSlice(of count: Int) -> Int? {
    guard count > 0, let best = values.indices.max(by: { values[$0] < values[$1] }) else {
      return nil
    }
    let patch = best % grid[2]
    return Int(
      floor: (Double(patch) + 0.5) / Double(grid[2]) * Double(count), clampedTo: 0...(count - 1))
  }
}
