public import Storage
internal import StrictJSON

extension Problem {
  /// What the store did not do, in words.
  public init(_ error: StoreError) {
    switch error {
    case .busy:
      self.init(.storeBusy, "Another program holds the store's lock.")
      retryAfter = 2
    case .lowSpace:
      self.init(
        .storageFull,
        "Little space is left; it is reserved for volumes, reports and deletions.")
    case .quota(let bytes):
      self.init(
        .storageFull, "Stored diagnoses have reached their limit of \(bytes) bytes.",
        limit: .integer(bytes))
    case .full: self.init(.storageFull, "The store's disk is full; nothing was changed.")
    case .closed: self.init(.draining, "The service is stopping.")
    case .unfit:
      self.init(.internalError, "The data does not fit the store.")
    case .corrupt, .inUse, .newerSchema, .foreign, .file, .linked, .displaced, .readOnly, .failed:
      self.init(
        .storeUnavailable, "The store is not readable or not writable.",
        hint: "It may be under repair: see checks.store of /readyz.")
      retryAfter = 5
    }
  }
}
