internal import Formats
public import Tensors

extension VoxelGrid {
  /// Returns the grid as a compressed NIfTI file with 16-bit voxels in HU, at its position in the patient.
  ///
  /// - Parameters:
  ///   - geometry: The geometry of the file that the grid was made from.
  ///   - fileShape: Number of voxels along the axes of that file, fastest first.
  ///   - recipe: The recipe that made the grid.
  ///   - pool: The threads that share the work. Their number does not affect the bytes.
  ///   - isCancelled: Called before each plane, on the threads of the pool.
  /// - Returns: nil if cancelled.
  /// - Throws: ``VolumeError/inputOutput(errno:)`` if there is not enough memory.
  public func nifti(
    in geometry: VolumeGeometry, fileShape: [Int], recipe: PreprocessingRecipe,
    on pool: WorkerPool, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(VolumeError) -> [UInt8]? {
    let affine = SamplingGrid(geometry: geometry, fileShape: fileShape, recipe: recipe)
      .affine(of: geometry, fileShape: fileShape)
    let header = HounsfieldVolumeWriter.header(shape: shape, affine: affine, type: .int16)
    let pieces = try GzipPiece.all(
      planes: shape[2], planeBytes: 2 * shape[0] * shape[1], on: pool, isCancelled: isCancelled
    ) { z, bytes in
      for y in 0..<shape[1] {
        for x in 0..<shape[0] { bytes.append(littleEndian: hounsfield(x, y, z)) }
      }
    }
    guard let pieces else { return nil }
    return GzipPiece.member([try GzipPiece(header)] + pieces)
  }
}
