/// The reason why a chat endpoint returned no summary. It never contains the report, the response or the key.
public enum ChatSummarizerError: Error, Sendable, Equatable {
  /// The URL does not start with http or https, has no host, or contains a user, password, query or fragment.
  case invalidURL
  /// The key contains white space, control characters or non-ASCII characters.
  case invalidKey
  /// The connection failed or was interrupted. `code` is the code of the `URLError`.
  case unreachable(code: Int)
  /// The response was not complete within this time.
  case timedOut(after: Duration)
  /// The task was cancelled.
  case cancelled
  /// The response has an HTTP status other than 200. Redirects cause this error, too, because they are not followed.
  case status(Int)
  /// The response or the summary is longer than `limit` bytes.
  case responseTooLarge(limit: Int)
  /// The response is not JSON. `offset` is the position of the first wrong byte.
  case notJSON(offset: Int)
  /// The JSON does not contain the text `choices[0].message.content`.
  case noContent
  /// The response contains no sentence that starts with "There is" or "There are".
  case noSentence
}
