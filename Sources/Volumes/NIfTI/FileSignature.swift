/// The format of a file, identified by its first bytes. The file's name and media type are ignored.
enum FileSignature: Equatable {
  case gzip
  case nifti(version: Int, order: ByteOrder)
  case ascii
  case container(VolumeError.Container)
  case unknown

  /// Identifies a format.
  ///
  /// - Parameter prefix: The first bytes of the file. ``NIfTIHeader/prefixByteCount`` bytes are enough for every
  ///   format.
  init(prefix: [UInt8]) {
    if let size = SizeOfHeader(prefix: prefix) {
      self = .nifti(version: size.version, order: size.order)
    } else if prefix.starts(with: Self.gzipMagic) {
      self = .gzip
    } else if prefix.drop(while: Self.isWhitespace).starts(with: Self.asciiMagic) {
      self = .ascii
    } else if let container = VolumeError.Container(prefix: prefix) {
      self = .container(container)
    } else {
      self = .unknown
    }
  }

  static let gzipMagic: [UInt8] = [0x1f, 0x8b]

  private static let asciiMagic = Array("<nifti_image".utf8)

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0d).contains(byte)
  }

  /// The version and byte order that follow from `sizeof_hdr`, the first four bytes of a NIfTI file.
  private struct SizeOfHeader {
    let version: Int
    let order: ByteOrder

    init?(prefix: [UInt8]) {
      guard prefix.count >= 4 else { return nil }
      for order in [ByteOrder.little, .big] {
        let size = HeaderBytes(bytes: prefix, order: order).integer(Int32.self, at: 0)
        for version in [1, 2] where Int(size) == NIfTIFields.size(version: version) {
          self.version = version
          self.order = order
          return
        }
      }
      return nil
    }
  }
}
