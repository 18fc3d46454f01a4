/// The reason why a chat endpoint gave no summary. It never contains the report, the response or the key.
public enum ChatSummarizerError: Error, Sendable, Equatable {
  /// The URL has another scheme than http or https, has no host, or has a user, a password, a query or a fragment.
  case invalidURL
  /// The key contains white space, control characters or characters other than ASCII.
  case invalidKey
  /// The connection failed or broke. `code` is that of the `URLError`.
  case unreachable(code: Int)
  /// The response was not complete within this time.
  case timedOut(after: Duration)
  /// The task was cancelled.
  case cancelled
  /// The response has an HTTP status other than 200. Redirections are not followed, so they also give this error.
  case status(Int)
  /// The response or the summary has more than `limit` bytes.
  case responseTooLarge(limit: Int)
  /// The response is not JSON. `offset` is that of the first wrong byte.
  case notJSON(offset: Int)
  /// The JSON lacks the text `choices[0].message.content`.
  case noContent
  /// The text of the response contains no sentence that starts with "There is" or "There are".
  case noSentence
}
