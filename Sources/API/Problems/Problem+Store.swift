public import Storage
internal import StrictJSON

extension StoreError: Refusal {
  /// The problem that describes this error of the store.
  public var problem: Problem {
    switch self {
    case .busy:
      Problem(.storeBusy, "Another program holds the store's lock.", retryAfter: 2)
    case .lowSpace:
      Problem(
        .storageFull,
        "Little space is left, which is reserved for volumes, reports and deletions.")
    case .quota(let bytes):
      Problem(
        .storageFull, "Stored diagnoses have reached their limit of \(bytes) bytes.",
        limit: .integer(bytes))
    case .full: Problem(.storageFull, "The store's disk is full; nothing was changed.")
    case .closed: Problem(.draining, "The service is stopping.")
    case .unfit:
      Problem(.internalError, "The data does not fit the store.")
    case .unreachable:
      Problem(
        .storeUnavailable, "The database server does not respond.",
        hint: "Send the request again later. A volume is stored once, however often it is sent.",
        retryAfter: 5)
    case .corrupt, .inUse, .newerSchema, .foreign, .file, .linked, .displaced, .readOnly, .failed,
      .server, .copyNeedsSpace:
      Problem(
        .storeUnavailable, "The store is not readable or not writable.",
        hint: "It may be under repair: see checks.store of /readyz.", retryAfter: 5)
    }
  }
}
