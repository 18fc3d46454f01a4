/// Files without a preamble or a header of their own, and with elements that are written otherwise than they say.
extension DICOMFile {
  /// How elements are written.
  public enum Writing: CaseIterable, Sendable {
    case explicitLittle, implicitLittle, explicitBig

    /// The transfer syntax of elements that are written so.
    public var transferSyntax: String {
      switch self {
      case .explicitLittle: "1.2.840.10008.1.2.1"
      case .implicitLittle: "1.2.840.10008.1.2"
      case .explicitBig: "1.2.840.10008.1.2.2"
      }
    }
  }

  /// What is in front of the data set.
  public enum Front: CaseIterable, Sendable {
    /// 128 bytes, `DICM`, group 2.
    case whole
    /// 128 bytes, `DICM`.
    case magic
    /// 128 bytes.
    case preamble
    /// 128 bytes, group 2.
    case preambleAndHeader
    /// `DICM`, group 2.
    case magicAndHeader
    /// Group 2.
    case header
    case nothing
  }

  /// The file, of top-level elements only.
  ///
  /// - Parameter declared: The transfer syntax of group 2; empty for none.
  public func bytes(_ front: Front, _ writing: Writing, declared: String? = nil) -> [UInt8] {
    let preamble = [UInt8](repeating: 0, count: 128)
    let magic = Array("DICM".utf8)
    let header = Self.header(declared ?? writing.transferSyntax)
    let data = Self.rewritten(Array(bytes().dropFirst(132)), writing)
    return switch front {
    case .whole: preamble + magic + header + data
    case .magic: preamble + magic + data
    case .preamble: preamble + data
    case .preambleAndHeader: preamble + header + data
    case .magicAndHeader: magic + header + data
    case .header: header + data
    case .nothing: data
    }
  }

  private static func header(_ transferSyntax: String) -> [UInt8] {
    var meta = element(0x0002_0001, "OB", [0, 1]) + text(0x0002_0002, "1.2.840.10008.5.1.4.1.1.2")
    if !transferSyntax.isEmpty { meta += text(0x0002_0010, transferSyntax) }
    return element(0x0002_0000, "UL", bytes(UInt32(meta.count))) + meta
  }

  /// Elements in explicit little endian, written otherwise, without group 2.
  private static func rewritten(_ data: [UInt8], _ writing: Writing) -> [UInt8] {
    func number(_ place: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(data[place + $1]) << (8 * $1) }
    }
    func written(_ value: Int, _ count: Int) -> [UInt8] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return writing == .explicitBig ? bytes.reversed() : bytes
    }
    var result: [UInt8] = []
    var place = 0
    while place < data.count {
      let (group, element) = (number(place, 2), number(place + 2, 2))
      let kind = String(decoding: data[(place + 4)..<(place + 6)], as: UTF8.self)
      let isLong = ["OB", "OW", "UN"].contains(kind)
      let length = isLong ? number(place + 8, 4) : number(place + 6, 2)
      let start = place + (isLong ? 12 : 8)
      // What is compressed goes on to the end.
      let end = length == 0xffff_ffff ? data.count : start + length
      place = end
      if group == 2 { continue }
      result += written(group, 2) + written(element, 2)
      if writing == .implicitLittle {
        result += written(length, 4)
      } else {
        result += Array(kind.utf8) + (isLong ? [0, 0] + written(length, 4) : written(length, 2))
      }
      let value = Array(data[start..<end])
      let isWords = writing == .explicitBig && ["US", "OW"].contains(kind)
      result +=
        isWords
        ? stride(from: 0, to: value.count - 1, by: 2).flatMap { [value[$0 + 1], value[$0]] } : value
    }
    return result
  }
}
