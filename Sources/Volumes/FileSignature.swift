/// What a file's first bytes say it is; names and media types are never asked.
enum FileSignature: Equatable {
  case gzip
  case nifti(version: Int, order: ByteOrder)
  case ascii
  case container(VolumeError.Container)
  case unknown

  /// - Parameter prefix: The first bytes of the file; 132 are enough for every signature.
  init(prefix: [UInt8]) {
    if let size = SizeOfHeader(prefix: prefix) {
      self = .nifti(version: size.version, order: size.order)
    } else if prefix.starts(with: Self.gzipMagic) {
      self = .gzip
    } else if prefix.drop(while: Self.isWhitespace).starts(with: Self.asciiMagic) {
      self = .ascii
    } else if let container = Self.containers.first(where: { prefix.starts(with: $0.magic) }) {
      self = .container(container.kind)
    } else if prefix.dropFirst(Self.dicomPreamble).starts(with: Self.dicomMagic) {
      self = .container(.dicom)
    } else {
      self = .unknown
    }
  }

  static let gzipMagic: [UInt8] = [0x1f, 0x8b]

  private static let asciiMagic = Array("<nifti_image".utf8)
  private static let dicomMagic = Array("DICM".utf8)
  private static let dicomPreamble = 128

  private static let containers: [(kind: VolumeError.Container, magic: [UInt8])] = [
    (.zstd, [0x28, 0xb5, 0x2f, 0xfd]),
    (.bzip2, Array("BZh".utf8)),
    (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    (.zip, [0x50, 0x4b, 0x03, 0x04]),
    (.zip, [0x50, 0x4b, 0x05, 0x06]),
    (.zip, [0x50, 0x4b, 0x07, 0x08]),
    (.sevenZip, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
    (.png, [0x89, 0x50, 0x4e, 0x47]),
    (.jpeg, [0xff, 0xd8, 0xff]),
    (.pdf, Array("%PDF".utf8)),
  ]

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0d).contains(byte)
  }

  /// `sizeof_hdr`, the first four bytes: it tells version and byte order at once.
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
