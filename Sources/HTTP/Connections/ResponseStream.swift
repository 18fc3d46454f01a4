/// A response body that is sent while it is still being produced.
public final class ResponseStream: Sendable, Equatable {
  /// The parts of the body. Iteration stops early if the client leaves or the server stops. The stream then notifies
  /// its producer.
  let pieces: AsyncStream<[UInt8]>

  /// Makes a body from `pieces`.
  public init(_ pieces: AsyncStream<[UInt8]>) { self.pieces = pieces }

  /// True if both references are to the same object.
  public static func == (one: ResponseStream, other: ResponseStream) -> Bool { one === other }
}
