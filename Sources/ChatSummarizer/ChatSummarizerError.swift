/// Why a chat endpoint gave no summary. Never contains the report, the response or the key.
public enum ChatSummarizerError: Error, Sendable, Equatable {
  /// The address is not an http or https URL with a host, or has a user, a query or a fragment.
  case invalidURL
  /// The key contains white space, control characters or characters other than ASCII.
  case invalidKey
  /// The connection failed or broke; `code` is the system's `URLError` code.
  case unreachable(code: Int)
  /// The response was not complete within this time.
  case timedOut(after: Duration)
  /// The task was cancelled.
  case cancelled
  /// An HTTP status other than 200, including redirections, which are not followed.
  case status(Int)
  /// The response or the summary is longer than this, in bytes.
  case responseTooLarge(limit: Int)
  /// The response is not JSON; the offset is the first wrong byte.
  case notJSON(offset: Int)
  /// The JSON has no `choices[0].message.content` with text.
  case noContent
  /// The content has no sentence that starts with "There is" or "There are".
  case noSentence
}
