extension WorkerPool {
  /// Most panels of one task. A layer's weights are then loaded once for 192 tokens, whose
  /// activations stay in a core's cache.
  public static let panelsPerTask = 4
  /// Outputs of a linear layer in one task, if tokens are few: a multiple of every kernel's group.
  static let outputsPerTask = 384

  /// Runs `body` for runs of panels of `0..<panels` and returns when all are done. A token's bits
  /// do not depend on the division into runs, so the division may depend on the number of threads.
  public func run(
    panels: Int, _ body: @escaping @Sendable (_ panels: Range<Int>, _ worker: Int) -> Void
  ) {
    let runs = Self.runs(of: panels, threads: threads)
    run(tasks: runs.count) { task, worker in body(runs[task], worker) }
  }

  /// Long runs first and short ones last, so that all threads end at about the same time even if
  /// one is slower.
  private static func runs(of panels: Int, threads: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    while start < panels {
      let size = max(1, min(panelsPerTask, (panels - start) / (2 * threads)))
      runs.append(start..<(start + size))
      start += size
    }
    return runs
  }

  /// Applies a linear layer to all tokens, divided by tokens and by outputs: for texts, which have
  /// few tokens.
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
