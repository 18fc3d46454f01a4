extension VolumeError {
  /// A known format other than NIfTI. The error response names the format and explains how to convert the file.
  public enum Container: String, Sendable, CaseIterable {
    /// Compressed files.
    case zstd, bzip2, xz, lz4, compress
    /// Archives.
    case zip, sevenZip, rar, tar, executable
    /// Volume formats other than NIfTI.
    case metaImage, nrrd, mgh, minc, hdf5, vtk, numpy, matlab, par, dicom
    /// Pictures and documents.
    case png, jpeg, jpeg2000, gif, tiff, bitmap, pdf, html, xml, json
  }
}

extension VolumeError.Container {
  /// Identifies a format by the first bytes of a file; nil if they match no known format.
  init?(prefix: [UInt8]) {
    if let format = Self.signatures.first(where: { $0.isIn(prefix) })?.format {
      self = format
    } else if Self.isMGH(prefix) {
      self = .mgh
    } else if let format = Self.named(prefix) {
      self = format
    } else {
      return nil
    }
  }

  /// The bytes that every file of a format has at a fixed offset.
  private struct Signature {
    let format: VolumeError.Container
    let bytes: [UInt8]
    var offset = 0

    func isIn(_ prefix: [UInt8]) -> Bool { prefix.dropFirst(offset).starts(with: bytes) }
  }

  private static let signatures: [Signature] = [
    Signature(format: .zstd, bytes: [0x28, 0xb5, 0x2f, 0xfd]),
    Signature(format: .bzip2, bytes: Array("BZh".utf8)),
    Signature(format: .xz, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    Signature(format: .lz4, bytes: [0x04, 0x22, 0x4d, 0x18]),
    Signature(format: .compress, bytes: [0x1f, 0x9d]),
    Signature(format: .zip, bytes: [0x50, 0x4b, 0x03, 0x04]),
    Signature(format: .zip, bytes: [0x50, 0x4b, 0x05, 0x06]),
    Signature(format: .zip, bytes: [0x50, 0x4b, 0x07, 0x08]),
    Signature(format: .zip, bytes: [0x50, 0x4b, 0x30, 0x30]),
    Signature(format: .sevenZip, bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
    Signature(format: .rar, bytes: Array("Rar!".utf8) + [0x1a, 0x07]),
    Signature(format: .tar, bytes: Array("ustar".utf8), offset: 257),
    Signature(format: .executable, bytes: Array("MZ".utf8)),
    Signature(format: .executable, bytes: [0x7f] + Array("ELF".utf8)),
    Signature(format: .nrrd, bytes: Array("NRRD000".utf8)),
    Signature(format: .minc, bytes: Array("CDF".utf8) + [1]),
    Signature(format: .minc, bytes: Array("CDF".utf8) + [2]),
    Signature(format: .hdf5, bytes: [0x89] + Array("HDF".utf8) + [0x0d, 0x0a, 0x1a, 0x0a]),
    Signature(format: .vtk, bytes: Array("# vtk DataFile".utf8)),
    Signature(format: .numpy, bytes: [0x93] + Array("NUMPY".utf8)),
    Signature(format: .matlab, bytes: Array("MATLAB 5.0 MAT-file".utf8)),
    Signature(format: .par, bytes: Array("# === DATA DESCRIPTION FILE".utf8)),
    Signature(format: .dicom, bytes: Array("DICM".utf8), offset: 128),
    Signature(format: .png, bytes: [0x89, 0x50, 0x4e, 0x47]),
    Signature(format: .jpeg, bytes: [0xff, 0xd8, 0xff]),
    Signature(format: .jpeg2000, bytes: [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20]),
    Signature(format: .jpeg2000, bytes: [0xff, 0x4f, 0xff, 0x51]),
    Signature(format: .gif, bytes: Array("GIF8".utf8)),
    Signature(format: .tiff, bytes: Array("II".utf8) + [0x2a, 0]),
    Signature(format: .tiff, bytes: Array("MM".utf8) + [0, 0x2a]),
    Signature(format: .bitmap, bytes: Array("BM".utf8)),
    Signature(format: .pdf, bytes: Array("%PDF".utf8)),
  ]

  /// FreeSurfer volumes have no signature. They start with six big-endian numbers: the version 1, three dimensions,
  /// the number of volumes, and a type.
  private static func isMGH(_ prefix: [UInt8]) -> Bool {
    guard prefix.count >= 24 else { return false }
    let header = HeaderBytes(bytes: prefix, order: .big)
    let numbers = (0..<6).map { header.integer(Int32.self, at: 4 * $0) }
    return numbers[0] == 1 && numbers[1...4].allSatisfy { (1...65_535).contains($0) }
      && (0...4).contains(numbers[5])
  }

  /// Identifies a format that starts with a word. Ignores case, and also white space and a UTF-8 byte order mark
  /// before the word.
  private static func named(_ prefix: [UInt8]) -> Self? {
    let blanks: Set<UInt8> = [0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]
    let text = prefix.drop { blanks.contains($0) }.prefix(wordBytes).map { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
    return words.first { text.starts(with: $0.word.utf8) }?.format
  }

  private static let wordBytes = 32

  private static let words: [(word: String, format: Self)] = [
    ("objecttype", .metaImage), ("ndims", .metaImage), ("<!doctype html", .html),
    ("<html", .html), ("<?xml", .xml), ("{\"", .json), ("{\n", .json), ("[{", .json),
  ]
}
