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
        "Little space is left, and it is held back for volumes, reports and deletions.")
    case .quota(let bytes):
      self.init(
        .storageFull, "Stored diagnoses have reached their limit of \(bytes) bytes.",
        limit: .integer(bytes))
    case .full: self.init(.storageFull, "There is no space in the store; nothing was changed.")
    case .closed: self.init(.draining, "The service is stopping.")
    case .unfit:
      self.init(.internalError, "What was to be kept does not fit the store.")
    case .corrupt, .inUse, .newerSchema, .foreign, .file, .linked, .displaced, .readOnly, .failed:
      self.init(
        .storeUnavailable, "The store cannot be read or written.",
        hint: "It may be under repair: see checks.store of /readyz.")
      retryAfter = 5
    }
  }
}
