public import StrictJSON

/// A domain for the tiny model, whose numbers can be bent: a profile of one layer, two numbers a channel.
public struct DomainSample: Sendable {
  /// The file beside the weights.
  public static let fileName = "domain.safetensors"
  /// Channels of the tiny model.
  public static let channels = 96
  /// Numbers of a profile.
  public static let components = 2 * channels

  /// The member of `config.json`.
  public var member: JSON = [
    "name": "tests", "about": "the drawings of the tests", "layers": [0], "axes": 2,
  ]
  /// Centre, `[D]`.
  public var mean = [Float](repeating: 0, count: components)
  /// 1 / spread, `[D]`.
  public var scale = [Float](repeating: 1, count: components)
  /// The first two components, each by itself.
  public var axes = (0..<(2 * components)).map { Float($0 == 0 || $0 == components + 1 ? 1 : 0) }
  /// Variances of the two.
  public var variances: [Float] = [4, 9]
  /// Variance of all others.
  public var rest: Float = 1
  /// The largest distance inside.
  public var limit: Float = 1
  /// The distance of the self-test's volume.
  public var example: Float = 1
  /// What the file calls itself.
  public var format = "brgsa-domain/1"

  /// A sound domain with the centre 0.
  public init() {}

  /// The file.
  public var tensors: ModelTensorFile {
    var file = ModelTensorFile()
    file.metadata = [(key: "format", value: format)]
    for (name, values, shape) in [
      ("axes", axes, [2, Self.components]), ("example", [example], [1]), ("limit", [limit], [1]),
      ("mean", mean, [Self.components]), ("rest", [rest], [1]), ("scale", scale, [Self.components]),
      ("variances", variances, [2]),
    ] as [(String, [Float], [Int])] {
      let bytes = values.flatMap { value in
        withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
      }
      file.entries.append(
        ModelTensorFile.Entry(name: name, format: "F32", shape: shape, bytes: bytes))
    }
    return file
  }

  /// The tiny model with this domain, its configuration, and a manifest that lists both.
  ///
  /// - Parameter tensors: Another file than ``tensors``.
  public func folder(tensors: ModelTensorFile? = nil) throws -> ModelFolder {
    let configuration = try Fixtures.json("tiny-model/config.json").setting(["domain"], to: member)
    return try ModelFolder(replacing: [
      "config.json": configuration.bytes, Self.fileName: (tensors ?? self.tensors).bytes,
    ])
  }
}
