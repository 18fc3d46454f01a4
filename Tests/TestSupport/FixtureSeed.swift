internal import Glibc

/// The seed of a random test: fixed, unless the environment variable `BRGSA_TEST_SEED` names another.
///
/// Its text goes into the comment of each expectation, so that a failure prints what repeats it.
public struct FixtureSeed: Sendable, CustomStringConvertible {
  /// What the generator starts from.
  public let value: UInt64

  /// `standard`, or what the environment says.
  public init(_ standard: UInt64) {
    value = getenv("BRGSA_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? standard
  }

  /// A generator that starts from this seed.
  public var generator: VolumesRandom { VolumesRandom(seed: value) }

  /// How to repeat the test.
  public var description: String { "BRGSA_TEST_SEED=\(value)" }
}
