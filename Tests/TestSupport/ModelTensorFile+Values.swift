extension ModelTensorFile {
  /// The numbers of tensor `name`, whatever floating-point format they are stored in.
  public func floats(_ name: String) throws(FixtureError) -> [Float] {
    guard let entry = self[name] else { throw .malformed("no tensor \(name)") }
    return entry.floats
  }

  /// The whole numbers of the `I32` tensor `name`.
  public func integers(_ name: String) throws(FixtureError) -> [Int] {
    guard let entry = self[name], entry.format == "I32" else {
      throw .malformed("no tensor \(name)")
    }
    return entry.words(of: UInt32.self).map { Int(Int32(bitPattern: $0)) }
  }

  /// The extents of tensor `name`.
  public func shape(_ name: String) throws(FixtureError) -> [Int] {
    guard let entry = self[name] else { throw .malformed("no tensor \(name)") }
    return entry.shape
  }

  /// The same tensors, each stored as `format` (`F32` or `BF16`, which is cut, not rounded).
  public func stored(as format: String) -> ModelTensorFile {
    var file = self
    file.entries = entries.map { entry in
      Entry(name: entry.name, floats: entry.floats, shape: entry.shape, format: format)
    }
    return file
  }

  /// Tensor names whose part before the last dot is one of a case: `softmax.odd` of `softmax.odd.input`.
  public func cases(of kind: String) -> [String] {
    let names = entries.filter { $0.name.hasPrefix("\(kind).") }
      .map { $0.name.split(separator: ".").prefix(2).joined(separator: ".") }
    return Set(names).sorted()
  }
}

extension ModelTensorFile.Entry {
  /// A tensor of `floats` stored as `F32`, `F64` or `BF16` (cut, not rounded).
  public init(name: String, floats: [Float], shape: [Int], format: String = "F32") {
    let bytes: [UInt8] =
      switch format {
      case "F64": floats.flatMap { Self.bytes(Double($0).bitPattern) }
      case "BF16": floats.flatMap { Self.bytes(UInt16($0.bitPattern >> 16)) }
      default: floats.flatMap { Self.bytes($0.bitPattern) }
      }
    self.init(name: name, format: format, shape: shape, bytes: bytes)
  }

  /// The stored numbers of an `F32`, `F16` or `BF16` tensor.
  public var floats: [Float] {
    switch format {
    case "F16": words(of: UInt16.self).map { TensorsNaive.widened(half: $0) }
    case "BF16": words(of: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    default: words(of: UInt32.self).map { Float(bitPattern: $0) }
    }
  }

  /// The same tensor with every number replaced.
  public func map(_ change: (Float) -> Float) -> Self {
    Self(name: name, floats: floats.map(change), shape: shape)
  }

  func words<Word: FixedWidthInteger>(of type: Word.Type) -> [Word] {
    let size = MemoryLayout<Word>.size
    return bytes.withUnsafeBytes { raw in
      (0..<(raw.count / size)).map {
        Word(littleEndian: raw.loadUnaligned(fromByteOffset: size * $0, as: type))
      }
    }
  }

  private static func bytes(_ word: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian) { Array($0) }
  }
}
