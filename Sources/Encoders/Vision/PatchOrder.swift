/// The order of the patches in the encoder's memory, and their division into slabs.
///
/// Outside the encoder, x is the slowest axis and z the fastest. With slabs along z, the patches of a slab must be
/// neighbours in memory, so z is the slowest axis there.
struct PatchOrder: Sendable, Equatable {
  /// Number of patches along x, y and z.
  let grid: [Int]
  /// True if the patches are divided into slabs, one for each index along z.
  let isDivided: Bool

  /// Number of patches.
  var count: Int { grid.reduce(1, *) }
  /// Number of slabs; 1 if the patches are not divided.
  var slabs: Int { isDivided ? grid[2] : 1 }
  /// Number of tokens in memory: the patches and a class token for each slab.
  var tokens: Int { count + slabs }

  /// Returns the index of the patch that lies at `place` in memory.
  func patch(at place: Int) -> Int {
    guard isDivided else { return place }
    let area = grid[0] * grid[1]
    return place % area * grid[2] + place / area
  }

  /// Returns the place in memory of the patch `index`.
  func place(of index: Int) -> Int {
    guard isDivided else { return index }
    return index % grid[2] * (grid[0] * grid[1]) + index / grid[2]
  }

  /// The tokens of each slab: its class token and its patches. Token 0 is the class token of slab 0. The patches
  /// follow, and then the class tokens of the other slabs.
  var groups: [TokenGroup] {
    let area = count / slabs
    return (0..<slabs).map { slab in
      let start = 1 + slab * area
      return TokenGroup(first: classToken(of: slab), range: start..<(start + area))
    }
  }

  /// Returns the index of a slab's class token.
  func classToken(of slab: Int) -> Int { slab == 0 ? 0 : count + slab }
}
