import Synchronization

extension Store {
  /// How much room there is on the store's disk.
  public var room: StoreRoom { reserve?.room ?? .ample }

  /// Bytes that are free on the store's disk besides the reserve; nil where nothing is known.
  public var freeBytes: Int? { reserve?.freeBytes }

  /// Bytes that are held back for deletions.
  public var reserveBytes: Int { reserve?.byteCount ?? 0 }

  /// Bytes of all diagnoses together; 0 for any number.
  public var diagnosisByteLimit: Int { limits.diagnosisBytes }

  /// Says what is called when the room on the disk changes its level; it must not call the store.
  public func onRoomChange(_ handler: @escaping @Sendable (StoreRoom) -> Void) {
    shared.withLock { $0.roomHandler = handler }
  }

  /// Looks whether the store's file is still in its place and how much room its disk has, without reading the disk; to be
  /// called every few seconds. What is wrong is told to the handlers, and ``state`` and ``room`` say it.
  public func examineSurroundings() {
    let file: StoreFile? = shared.withLock { shared in
      guard case .success = shared.access, shared.lostWrite == nil else { return nil }
      return shared.file
    }
    guard let file else { return }
    // A file that is being rebuilt changes its place; `access` is an error meanwhile.
    if !file.isInPlace(), shared.withLock({ (try? $0.access.get()) != nil }) {
      _ = noted(StoreError.displaced)
    }
    reserve?.make()
    if let change = reserve?.change() { shared.withLock { $0.roomHandler }?(change) }
  }
}
