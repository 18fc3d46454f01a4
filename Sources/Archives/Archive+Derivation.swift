internal import Dispatch
internal import Embeddings
package import Encoders
internal import Search
package import Storage
internal import Synchronization

extension Archive {
  /// The number of embeddings in a batch.
  private static let derivationBatch = 200

  /// Recomputes lost search rows from stored embeddings, now and whenever the store sets rows aside. Volumes become
  /// searchable again one batch at a time.
  package func deriveSearchRows(with model: Model) {
    let derive: @Sendable ([Float]) -> [Float]? = { model.bridged($0)?.searchRow }
    derivation.withLock { $0 = derive }
    startDerivingSearchRows()
  }

  /// Starts to recompute lost search rows in the background. Does nothing while no model is loaded.
  func startDerivingSearchRows() {
    repairs.async { [weak self] in self?.deriveNow() }
  }

  /// Removes rows that the store lost from memory, and recomputes lost search rows. Runs in the background.
  func followLosses() {
    repairs.async { [weak self] in
      // If other processes may change the store, the archive reads everything again after a loss.
      if let self, !store.isFollowed { try? forgetWhatTheStoreLost() }
      self?.deriveNow()
    }
  }

  /// Does the same as ``followLosses()``, but returns only after the lost rows are removed from memory.
  ///
  /// - Throws: `StoreError`.
  package func followLossesNow() throws(StoreError) {
    try repairs.sync {
      Result { () throws(StoreError) in try self.forgetWhatTheStoreLost() }
    }.get()
    startDerivingSearchRows()
  }

  /// Recomputes lost search rows. Runs on the queue `repairs`, so that two repairs never overlap.
  private func deriveNow() {
    guard let derive = derivation.withLock({ $0 }) else { return }
    let done = DispatchSemaphore(value: 0)
    Task(priority: .utility) { [self] in
      // After a failure, the next repair tries again.
      try? await deriveSearchRows(derive)
      done.signal()
    }
    done.wait()
  }

  /// Recomputes lost search rows, one batch at a time.
  ///
  /// - Throws: `StoreError`.
  private func deriveSearchRows(_ derive: @Sendable ([Float]) -> [Float]?) async throws(StoreError)
  {
    var last: Int?
    while true {
      let found = try await store.bareEmbeddings(
        space: space, after: last, limit: Self.derivationBatch)
      let rows = found.compactMap { embedding in
        derive(embedding.values).map { (number: embedding.number, row: $0) }
      }
      if !rows.isEmpty {
        try await store.addSearchRows(rows, space: space) { [volumes] found in
          for (id, metadata, row) in found {
            row.withUnsafeBufferPointer { volumes.put(SearchEntry(id: id, metadata), row: $0) }
          }
        }
      }
      guard found.count == Self.derivationBatch, let next = found.last else { return }
      last = next.number
    }
  }
}
