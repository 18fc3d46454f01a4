/// A body that is sent while it still comes to be, piece by piece.
public final class ResponseStream: Sendable, Equatable {
  /// What is sent. Iterating ends early when the client has left or the server stops, so that whoever yields is told.
  let pieces: AsyncStream<[UInt8]>

  /// A body of `pieces`.
  public init(_ pieces: AsyncStream<[UInt8]>) { self.pieces = pieces }

  /// The same object.
  public static func == (one: ResponseStream, other: ResponseStream) -> Bool { one === other }
}
