/// Why a chat endpoint gave no summary. Never holds the report, the answer's text or the key.
public enum ChatSummarizerError: Error, Sendable, Equatable {
  /// The address is not an http or https URL with a host, or has a user, a query or a fragment.
  case invalidURL
  /// The key holds something that no header may: white space inside, control characters, other than ASCII.
  case invalidKey
  /// No connection, or it broke; `code` is the system's `URLError` code.
  case unreachable(code: Int)
  /// No whole answer within this time.
  case timedOut(after: Duration)
  /// The task was cancelled.
  case cancelled
  /// An HTTP status other than 200. A redirection is never followed and ends here, too.
  case status(Int)
  /// More bytes than this in the answer or in the summary.
  case answerTooLarge(limit: Int)
  /// The answer is not JSON; the byte at which it breaks.
  case notJSON(offset: Int)
  /// The JSON has no `choices[0].message.content` with text.
  case noContent
  /// The content has no sentence that begins with "There is" or "There are".
  case noSentence
}
