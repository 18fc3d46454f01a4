extension WorkerPool {
  /// Maximum number of panels in a task. With 4 panels, the weights of a layer are loaded once for 192 tokens, and
  /// the activations of these tokens stay in the cache of the core.
  public static let panelsPerTask = 4
  /// Number of outputs in a task of ``linear(_:_:ending:as:into:_:)``. It is a multiple of ``PackedWeights/group``
  /// for all kernels.
  static let outputsPerTask = 384

  /// Divides the panels `0..<panels` into ranges and calls `body` for each range. Returns when all calls have
  /// returned.
  ///
  /// The ranges depend on the number of threads. This does not affect results, because the result of a token does not
  /// depend on the range.
  public func run(
    panels: Int, _ body: @escaping @Sendable (_ panels: Range<Int>, _ worker: Int) -> Void
  ) {
    // More threads than processor cores do not make this faster, and smaller tasks would load the weights more often.
    let runs = Self.runs(of: panels, threads: min(threads, Processor.count))
    run(tasks: runs.count) { task, worker in body(runs[task], worker) }
  }

  /// Divides panels into ranges. Long ranges come first and short ranges last. All threads then finish at about the
  /// same time, even if one of them is slower.
  static func runs(of panels: Int, threads: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    while start < panels {
      let size = max(1, min(panelsPerTask, (panels - start) / (2 * threads)))
      runs.append(start..<(start + size))
      start += size
    }
    return runs
  }

  /// Applies a linear layer to all tokens. The work is divided by tokens and by outputs, which suits texts, because
  /// they have few tokens.
  public func linear(
    _ x: TokenPanels, _ weights: PackedWeights, ending: Kernels.Ending = .store,
    as form: Kernels.Form = .floats, into result: TokenPanels, _ kernels: Kernels
  ) {
    let parts = (weights.outputs + Self.outputsPerTask - 1) / Self.outputsPerTask
    let runs = (x.count + Self.panelsPerTask - 1) / Self.panelsPerTask
    run(tasks: runs * parts) { task, _ in
      let (run, part) = (task / parts, task % parts)
      let panels = run * Self.panelsPerTask..<min((run + 1) * Self.panelsPerTask, x.count)
      let outputs =
        part * Self.outputsPerTask..<min((part + 1) * Self.outputsPerTask, weights.outputs)
      kernels.linear(
        x.panels(panels), weights, outputs: outputs, ending: ending, as: form,
        ofChannels: weights.outputs, into: result.panels(panels))
    }
  }
}
