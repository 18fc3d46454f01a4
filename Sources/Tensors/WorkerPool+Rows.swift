extension WorkerPool {
  /// Rows of a matrix that one task handles. Fixed, so that the blocks, and with them the bits of every
  /// product, do not depend on the number of threads; large enough that OpenBLAS's packing of the weights
  /// is a small part of the product.
  public static let rowBlock = 256

  /// Runs `body` for every block of ``rowBlock`` rows of `0..<rows` and returns when all are done.
  public func run(
    rows: Int, _ body: @escaping @Sendable (_ block: Range<Int>, _ worker: Int) -> Void
  ) {
    run(tasks: (rows + Self.rowBlock - 1) / Self.rowBlock) { task, worker in
      let start = task * Self.rowBlock
      body(start..<min(start + Self.rowBlock, rows), worker)
    }
  }
}
