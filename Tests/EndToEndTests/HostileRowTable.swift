import Glibc

/// Rows of HostileInputs.md and what proves them.
struct HostileRow: Sendable {
  /// A letter for the table and the row's number in it, of each row that these tests prove.
  let ids: [String]
  /// Names of test functions with the file they stand in: `FileName.function`.
  let tests: [String]
  /// Why there is none, or what the tests leave open.
  let reason: String?

  /// Rows that tests prove, but for `reason`.
  init(_ ids: String..., by tests: String..., but reason: String? = nil) {
    (self.ids, self.tests, self.reason) = (ids, tests, reason)
  }

  /// A row without a test; a reason that begins with PENDING ends with the issue that it names.
  init(_ id: String, without reason: String) {
    (ids, tests, self.reason) = ([id], [], reason)
  }

  /// Each table with the number of its rows.
  static let tables: KeyValuePairs = [
    "A": 25, "B": 7, "C": 12, "D": 27, "E": 14, "F": 15, "G": 10, "H": 10, "I": 10, "J": 7, "K": 6,
    "L": 9, "M": 6, "N": 6, "O": 7,
  ]

  /// Whether the rows' own end-to-end suites run: `make hostile`. They wait for real deadlines and load the machine.
  static let isAskedFor = getenv("BRGSA_HOSTILE") != nil

  /// Every row.
  static let all = edge + input + state
}
