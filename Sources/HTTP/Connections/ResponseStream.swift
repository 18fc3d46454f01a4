/// A body that is sent piece by piece while it is produced.
public final class ResponseStream: Sendable, Equatable {
  /// The pieces. If the client leaves or the server stops, iteration ends early and the stream's producer is notified.
  let pieces: AsyncStream<[UInt8]>

  /// Makes a body of `pieces`.
  public init(_ pieces: AsyncStream<[UInt8]>) { self.pieces = pieces }

  /// True if both are the same object.
  public static func == (one: ResponseStream, other: ResponseStream) -> Bool { one === other }
}
