internal import Files
internal import Formats
internal import Glibc
public import Storage
internal import StrictJSON

/// The reason why an export or import failed.
public enum ArchiveFileError: Error, Equatable, Sendable {
  /// A file or folder cannot be read or written. `errno` is the error number of the failed system call.
  case file(name: String, errno: Int32)
  /// A file is malformed. `reason` ends a sentence that starts with the file's name, such as "is not JSON".
  case malformed(name: String, line: Int?, reason: String)
  /// The embeddings belong to another model or recipe.
  case otherModel
  /// The store refused the data or failed.
  case store(StoreError)
}

/// The files of an exported archive. The list has one JSON line per volume, and the embeddings follow in the same
/// order. Patch embeddings are included for the volumes that have them.
enum ArchiveFiles {
  static let volumes = "volumes.jsonl"
  static let embeddings = "embeddings.safetensors"
  /// The file does not exist if no volume has patch embeddings.
  static let patches = "patches.safetensors"
  /// The folder of the files of volumes. It does not exist if no file of a volume is stored.
  static let sources = "sources"
  static let format = "brgsa-archive/1"
  /// The name of the matrix that contains the embeddings v of all volumes, `[N, C]`.
  static let valuesName = "embeddings"
  /// The name of the matrix that contains the search rows u of all volumes, `[N, C]`.
  static let rowsName = "search_rows"
  /// The number of volumes in a batch.
  static let batch = 1000
  /// The maximum number of volumes in an archive. It ensures that no offset into the embeddings overflows.
  static let volumeLimit = 1 << 32
  /// The maximum number of components of an embedding.
  static let componentLimit = 1 << 16
  /// The allowed times in seconds since 1970, up to the end of the year 9999.
  static let times = 0...253_402_300_799
}

/// A file that is read and written at given byte offsets.
final class ArchiveFile {
  let name: String
  private let file: OpenFile

  /// Creates a new file, or opens an existing one for reading. Creating fails if the file exists.
  init(folder: String, name: String, isNew: Bool) throws(ArchiveFileError) {
    self.name = name
    let flags = isNew ? O_RDWR | O_CREAT | O_EXCL : O_RDONLY
    do throws(FileError) {
      file = try OpenFile("\(folder)/\(name)", flags)
    } catch {
      throw .file(name: name, errno: error.errno)
    }
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(ArchiveFileError) {
    do throws(FileError) {
      try file.write(bytes, at: offset)
    } catch {
      throw .file(name: name, errno: error.errno)
    }
  }

  /// Returns `count` bytes, or fewer if the file ends before.
  func bytes(at offset: Int, count: Int) throws(ArchiveFileError) -> [UInt8] {
    do throws(FileError) {
      return try file.bytes(at: offset, count: count)
    } catch {
      throw .file(name: name, errno: error.errno)
    }
  }

  /// Returns the lines of the file from its start.
  func lines(limit: Int) -> FileLines { FileLines(file, limit: limit) }

  /// Waits until the file is written to the disk.
  func synchronize() throws(ArchiveFileError) {
    do throws(FileError) {
      try file.synchronize()
    } catch {
      throw .file(name: name, errno: error.errno)
    }
  }
}

/// Two matrices of floats in a safetensors file. They are read and written one row at a time.
///
/// - Source: the format description at github.com/huggingface/safetensors.
struct ArchiveMatrices {
  let file: ArchiveFile
  let rows: Int
  let components: Int
  private let dataStart: Int

  private static let headerLimit = 1 << 16
  private static let lengthBytes = 8

  private var rowBytes: Int { components * MemoryLayout<Float>.stride }

  /// Creates the header of a new file. The caller must then write all rows.
  init(creating file: ArchiveFile, rows: Int, components: Int) throws(ArchiveFileError) {
    self.file = file
    self.rows = rows
    self.components = components
    let size = rows * components * MemoryLayout<Float>.stride
    func entry(_ place: Int) -> JSON {
      [
        "dtype": "F32", "shape": [.integer(rows), .integer(components)],
        "data_offsets": [.integer(place * size), .integer((place + 1) * size)],
      ]
    }
    let header: JSON = [ArchiveFiles.valuesName: entry(0), ArchiveFiles.rowsName: entry(1)]
    var bytes = header.bytes
    // Pad the header so that the data starts at a multiple of eight, as in files of the format's reference library.
    while !bytes.count.isMultiple(of: Self.lengthBytes) { bytes.append(UInt8(ascii: " ")) }
    dataStart = Self.lengthBytes + bytes.count
    try file.write(Array(littleEndian: UInt64(bytes.count)) + bytes, at: 0)
  }

  /// Opens an existing file.
  init(opening file: ArchiveFile, rows: Int, components: Int) throws(ArchiveFileError) {
    self.file = file
    self.rows = rows
    self.components = components
    let length = try Self.read(Self.lengthBytes, of: file, at: 0)
      .littleEndian(UInt64.self, at: 0)
    guard length <= Self.headerLimit else {
      throw .malformed(name: file.name, line: nil, reason: "has a header that is too long")
    }
    dataStart = Self.lengthBytes + Int(length)
    let header = try Self.read(Int(length), of: file, at: Self.lengthBytes)
    // Check the size of both matrices together, so that no later offset can overflow.
    let (all, isHuge) = rows.multipliedReportingOverflow(by: 2 * rowBytes)
    let size = all / 2
    guard !isHuge, let object = try? JSON(parsing: header),
      Self.fits(object[ArchiveFiles.valuesName], rows, components, 0..<size),
      Self.fits(object[ArchiveFiles.rowsName], rows, components, size..<(2 * size))
    else {
      throw .malformed(
        name: file.name, line: nil,
        reason: "does not contain the two matrices of \(rows) x \(components) floats")
    }
  }

  func write(_ values: [Float], _ searchRow: [Float], row: Int) throws(ArchiveFileError) {
    try file.write(Array(littleEndian: values), at: dataStart + row * rowBytes)
    try file.write(Array(littleEndian: searchRow), at: dataStart + (rows + row) * rowBytes)
  }

  /// Reads the embedding v and the search row u of one volume.
  func read(row: Int) throws(ArchiveFileError) -> (values: [Float], searchRow: [Float]) {
    (
      try floats(at: dataStart + row * rowBytes),
      try floats(at: dataStart + (rows + row) * rowBytes)
    )
  }

  private func floats(at offset: Int) throws(ArchiveFileError) -> [Float] {
    let bytes = try Self.read(rowBytes, of: file, at: offset)
    return (0..<components).map {
      Float(bitPattern: bytes.littleEndian(UInt32.self, at: $0 * MemoryLayout<Float>.stride))
    }
  }

  private static func read(_ count: Int, of file: ArchiveFile, at offset: Int)
    throws(ArchiveFileError) -> [UInt8]
  {
    let bytes = try file.bytes(at: offset, count: count)
    guard bytes.count == count else {
      throw .malformed(name: file.name, line: nil, reason: "ends too early")
    }
    return bytes
  }

  private static func fits(_ json: JSON?, _ rows: Int, _ components: Int, _ range: Range<Int>)
    -> Bool
  {
    json
      == [
        "dtype": "F32", "shape": [.integer(rows), .integer(components)],
        "data_offsets": [.integer(range.lowerBound), .integer(range.upperBound)],
      ]
  }
}
