/// The part of the header check that concerns `dim[]`.
enum VolumeShape {
  /// Returns the numbers of voxels along the three axes, fastest first. Checks each of them and their product.
  static func check(_ fields: NIfTIFields, limits: VolumeLimits) throws(VolumeError) -> [Int] {
    try checkDimensionCount(fields)
    let extents = Array(fields.dims[1...3])
    for (index, extent) in extents.enumerated() where extent <= 0 {
      throw .dimsOutOfRange(axis: index + 1, found: extent)
    }
    let voxels = try product(extents)
    // Only values above 1 mean several volumes, because Orthanc writes 0 into unused axes. Axes beyond dim[0] are
    // unused.
    for axis in 4...7 where Int64(axis) <= fields.dims[0] && fields.dims[axis] > 1 {
      throw .not3D(axis: axis, count: fields.dims[axis])
    }
    try checkSize(extents, voxels: voxels, limits: limits)
    return extents.map(Int.init)
  }

  private static func checkDimensionCount(_ fields: NIfTIFields) throws(VolumeError) {
    let count = fields.dims[0]
    let known: ClosedRange<Int64> = 1...7
    guard known.contains(count) || !known.contains(fields.swappedDimensionCount) else {
      throw .headerInconsistent(.byteOrder)
    }
    guard known.contains(count) || fields.version == 1 else {
      throw .dimsOutOfRange(axis: 0, found: count)
    }
    guard (3...7).contains(count) else { throw .not3D(axis: 0, count: count) }
  }

  private static func product(_ extents: [Int64]) throws(VolumeError) -> Int64 {
    var product: Int64 = 1
    for (index, extent) in extents.enumerated() {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .dimsOutOfRange(axis: index + 1, found: nil) }
      product = next
    }
    return product
  }

  private static func checkSize(
    _ extents: [Int64], voxels: Int64, limits: VolumeLimits
  ) throws(VolumeError) {
    let longestFirst = (1...3).sorted { extents[$0 - 1] > extents[$1 - 1] }
    for (rank, axis) in longestFirst.enumerated() {
      let allowed = rank == 0 ? limits.longestAxis : limits.shorterAxes
      guard extents[axis - 1] <= allowed else {
        throw .axisTooLong(axis: axis, found: extents[axis - 1], allowed: allowed)
      }
    }
    guard voxels <= limits.voxels else {
      throw .tooManyVoxels(found: voxels, allowed: limits.voxels)
    }
    for (index, extent) in extents.enumerated() where extent < limits.shortestAxis {
      throw .tooFewSlices(axis: index + 1, found: extent, allowed: limits.shortestAxis)
    }
  }
}
