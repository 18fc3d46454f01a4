internal import Encoders
internal import Formats
internal import Glibc
internal import StrictJSON

/// The patch embeddings of an exported archive in a safetensors file. Its tensor `patches` has the shape `[M, N, C]` in
/// bfloat16, for M volumes with N patches each.
///
/// - Source: the format description at github.com/huggingface/safetensors.
struct ArchivePatches {
  /// The number of volumes.
  private(set) var count = 0
  private let file: ArchiveFile
  private let patches: Int
  private let components: Int
  private let dataStart: Int

  private static let tensor = "patches"
  private static let lengthBytes = 8
  /// The size of the header of a new file in bytes. The header is padded to this size and written last.
  private static let headerBytes = 248
  private static let headerLimit = 1 << 16
  /// The maximum size of one volume's patch embeddings in bytes. Every recipe needs less.
  private static let volumeByteLimit = 1 << 30

  private var volumeBytes: Int { 2 * patches * components }

  /// Creates a new file.
  ///
  /// - Parameter bytes: The patch embeddings of the first volume. Those of all other volumes must have the same size.
  /// - Throws: ``ArchiveFileError/file(name:errno:)``.
  init(creatingIn folder: String, like bytes: [UInt8], components: Int) throws(ArchiveFileError) {
    file = try ArchiveFile(folder: folder, name: ArchiveFiles.patches, isNew: true)
    patches = bytes.count / (2 * components)
    self.components = components
    dataStart = Self.lengthBytes + Self.headerBytes
  }

  /// Appends the patch embeddings of a volume.
  ///
  /// - Returns: Their index; nil if they do not have the same size as those of the other volumes.
  mutating func append(_ bytes: [UInt8]) throws(ArchiveFileError) -> Int? {
    guard bytes.count == volumeBytes else { return nil }
    try file.write(bytes, at: dataStart + count * volumeBytes)
    defer { count += 1 }
    return count
  }

  /// Writes the header of a new file, and waits until the file is written to the disk.
  func finish() throws(ArchiveFileError) {
    let header: JSON = [Self.tensor: entry]
    var bytes = header.bytes
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: max(Self.headerBytes - bytes.count, 0))
    try file.write(Array(littleEndian: UInt64(bytes.count)) + bytes, at: 0)
    try file.synchronize()
  }

  private var entry: JSON {
    [
      "dtype": "BF16", "shape": [.integer(count), .integer(patches), .integer(components)],
      "data_offsets": [0, .integer(count * volumeBytes)],
    ]
  }

  /// Opens the file in an exported archive; nil if the archive has none.
  init?(openingIn folder: String, components: Int) throws(ArchiveFileError) {
    do throws(ArchiveFileError) {
      file = try ArchiveFile(folder: folder, name: ArchiveFiles.patches, isNew: false)
    } catch .file(name: _, errno: ENOENT) {
      return nil
    }
    self.components = components
    let length = try file.bytes(at: 0, count: Self.lengthBytes)
    let headerBytes =
      length.count == Self.lengthBytes ? length.littleEndian(UInt64.self, at: 0) : .max
    guard headerBytes <= Self.headerLimit else { throw Self.malformed("has no header") }
    dataStart = Self.lengthBytes + Int(headerBytes)
    let header = try? JSON(parsing: file.bytes(at: Self.lengthBytes, count: Int(headerBytes)))
    let most = Self.volumeByteLimit / (2 * components)
    guard let found = header?[Self.tensor], let shape = found["shape"]?.array, shape.count == 3,
      let count = shape[0].integer(in: 0...ArchiveFiles.volumeLimit),
      let patches = shape[1].integer(in: 1...most)
    else { throw Self.malformed("does not contain patch embeddings of \(components) components") }
    self.count = count
    self.patches = patches
    // This product is below 2⁶², because both factors are limited.
    let lastByte = try file.bytes(at: dataStart + count * volumeBytes - 1, count: 1)
    guard found == entry, !lastByte.isEmpty else {
      throw Self.malformed("does not contain \(count) x \(patches) embeddings")
    }
  }

  /// Returns the patch embeddings at an index below ``count``.
  func read(_ place: Int) throws(ArchiveFileError) -> [UInt8] {
    let bytes = try file.bytes(at: dataStart + place * volumeBytes, count: volumeBytes)
    guard PatchEmbeddings(bytes: bytes, count: patches, width: components) != nil else {
      throw Self.malformed("ends too early, or has a number that is not finite")
    }
    return bytes
  }

  private static func malformed(_ reason: String) -> ArchiveFileError {
    .malformed(name: ArchiveFiles.patches, line: nil, reason: reason)
  }
}
