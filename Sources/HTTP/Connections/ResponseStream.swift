/// A body that is sent piece by piece while it is made.
public final class ResponseStream: Sendable, Equatable {
  /// The pieces. Iteration ends early if the client leaves or the server stops, and the producer
  /// notices.
  let pieces: AsyncStream<[UInt8]>

  /// A body of `pieces`.
  public init(_ pieces: AsyncStream<[UInt8]>) { self.pieces = pieces }

  /// The same object.
  public static func == (one: ResponseStream, other: ResponseStream) -> Bool { one === other }
}
