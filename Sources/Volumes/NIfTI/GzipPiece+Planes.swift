internal import Synchronization
internal import Tensors

extension GzipPiece {
  /// Size in bytes of the planes in one part. A part has at least one plane.
  private static let pieceBytes = 1 << 20
  private static let piecesPerThread = 4

  /// Compresses the planes of a volume, several of them in each part.
  ///
  /// - Parameters:
  ///   - planes: Number of planes, at least 1.
  ///   - planeBytes: Size of a plane in bytes.
  ///   - pool: The threads that share the work. Their number does not affect the result.
  ///   - isCancelled: Called before each plane, on the threads of the pool.
  ///   - append: Appends the bytes of one plane. Called on the threads of the pool.
  /// - Returns: The parts in the order of the planes; nil if cancelled.
  /// - Throws: ``VolumeError/inputOutput(errno:)`` if there is not enough memory.
  static func all(
    planes: Int, planeBytes: Int, on pool: WorkerPool,
    isCancelled: @escaping @Sendable () -> Bool,
    _ append: @escaping @Sendable (_ plane: Int, _ bytes: inout [UInt8]) -> Void
  ) throws(VolumeError) -> [GzipPiece]? {
    var pieces: [GzipPiece] = []
    let step = max(pieceBytes / planeBytes, 1)
    let starts = stride(from: 0, to: planes, by: step).map(\.self)
    // Batches run one after another, so that other work of the pool waits for at most one batch.
    for batch in stride(from: 0, to: starts.count, by: piecesPerThread * pool.threads) {
      let own = Array(starts[batch...].prefix(piecesPerThread * pool.threads))
      let done = Mutex(
        [Result<GzipPiece?, VolumeError>](repeating: .success(nil), count: own.count))
      pool.run(tasks: own.count) { task, _ in
        let range = own[task]..<min(own[task] + step, planes)
        let piece = Result { () throws(VolumeError) -> GzipPiece? in
          var bytes: [UInt8] = []
          bytes.reserveCapacity(planeBytes * range.count)
          for plane in range {
            guard !isCancelled() else { return nil }
            append(plane, &bytes)
          }
          return try GzipPiece(bytes)
        }
        done.withLock { $0[task] = piece }
      }
      for piece in done.withLock(\.self) {
        guard let piece = try piece.get() else { return nil }
        pieces.append(piece)
      }
    }
    return pieces
  }
}
