/// Reads records from one state of the store.
///
/// A snapshot is valid only until the function that received it returns. While it is in use, the thread must not call
/// the store.
public final class StoreSnapshot {
  let database: any StoreConnection
  /// The faulty rows that were found. They are set aside when the snapshot is no longer in use.
  var wrongRows = WrongRows()

  init(_ database: any StoreConnection) { self.database = database }
}

extension Store {
  /// Calls `body` with a snapshot of the store. Runs on the caller's thread.
  public func withSnapshot<Value>(
    _ body: (StoreSnapshot) throws -> Value
  ) throws(StoreError) -> Value {
    try readingNow { database, wrongRows in
      let snapshot = StoreSnapshot(database)
      defer { wrongRows = snapshot.wrongRows }
      return try body(snapshot)
    }
  }
}
