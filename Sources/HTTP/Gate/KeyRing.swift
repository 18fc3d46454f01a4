internal import Synchronization

/// The accepted keys. Without keys, every client has all scopes, but only local clients may read metrics.
public final class KeyRing: Sendable {
  private struct State {
    var keys: [AccessKey]?
    var failures: FailureAllowance
  }

  private let state: Mutex<State>

  /// Makes a key ring.
  ///
  /// - Parameter keys: The accepted keys; nil for a server without keys.
  public init(_ keys: [AccessKey]? = nil) {
    state = Mutex(State(keys: keys, failures: FailureAllowance(at: .now)))
  }

  /// True if clients need keys.
  public var isInUse: Bool { state.withLock { $0.keys != nil } }

  /// Replaces the keys. Requests that were already admitted continue.
  public func replace(with keys: [AccessKey]) { state.withLock { $0.keys = keys } }

  /// Admits or refuses a request.
  ///
  /// - Parameter client: Set to the name of the client's key, even if the key lacks the scope. Set to nil if no valid
  ///   key was sent.
  /// - Returns: All scopes of the client.
  /// - Throws: ``HTTPError/missingCredentials``, ``HTTPError/insufficientScope(_:)`` or
  ///   ``HTTPError/tooManyFailures(retryAfter:)``.
  @discardableResult func admit(
    _ head: RequestHead, needing scope: Scope, client: inout String?,
    at now: ContinuousClock.Instant = .now
  ) throws(HTTPError) -> Set<Scope> {
    client = nil
    guard let keys = state.withLock(\.keys) else {
      guard scope != .metrics || head.isLocal else { throw .insufficientScope(scope) }
      return Set(Scope.allCases)
    }
    guard let secret = Self.secret(in: head) else {
      guard scope == .metrics && head.isLocal else { throw .missingCredentials }
      return [.metrics]
    }
    guard let key = Self.key(AccessKey.digest(of: secret.utf8), among: keys) else {
      try state.withLock { state throws(HTTPError) in try state.failures.take(at: now) }
      throw .missingCredentials
    }
    client = key.name
    guard key.scopes.contains(scope) || scope == .metrics && head.isLocal else {
      throw .insufficientScope(scope)
    }
    return key.scopes
  }

  /// Returns the secret in the `Authorization` header; nil if the header is missing or malformed.
  private static func secret(in head: RequestHead) -> Substring? {
    let values = head.headers.fields.filter {
      ASCII.equalIgnoringCase($0.name.utf8, "Authorization".utf8)
    }
    guard values.count == 1, let words = values.first?.value.split(separator: " "),
      words.count == 2, ASCII.equalIgnoringCase(words[0].utf8, "Bearer".utf8)
    else { return nil }
    return words[1]
  }

  /// Finds the key with this digest. The comparison takes the same time for every wrong digest.
  private static func key(_ digest: [UInt8], among keys: [AccessKey]) -> AccessKey? {
    var found: AccessKey?
    for key in keys {
      let difference = zip(key.digest, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
      if difference == 0 { found = key }
    }
    return found
  }
}

/// Limits how often wrong keys may be sent: 20 at once, then one per second. Valid keys are not limited.
struct FailureAllowance: Sendable {
  private static let most = 20.0
  private var left = Self.most
  private var last: ContinuousClock.Instant

  init(at now: ContinuousClock.Instant) { last = now }

  mutating func take(at now: ContinuousClock.Instant) throws(HTTPError) {
    left = min(Self.most, left + max((now - last) / .seconds(1), 0))
    last = now
    guard left >= 1 else { throw .tooManyFailures(retryAfter: 1) }
    left -= 1
  }
}
