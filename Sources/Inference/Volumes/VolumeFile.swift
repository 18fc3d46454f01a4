internal import DICOM
internal import Files
internal import Storage
internal import Synchronization
internal import Volumes

/// A volume as a NIfTI file in full resolution: the upload itself, or the file that was made from its DICOM files.
public struct VolumeFile: Sendable {
  /// The descriptor of the open file. It is valid while ``owner`` exists.
  public let fileDescriptor: Int32
  /// The offset of the volume in the open file, in bytes.
  public let offset: Int
  /// Length of the volume in bytes.
  public let byteCount: Int
  /// True if the file is gzip-compressed.
  public let isCompressed: Bool
  /// True if the file was made from DICOM files. It then contains no texts of their headers.
  public let isConverted: Bool
  /// Keeps the file open.
  public let owner: any Sendable

  /// Makes the file of an upload that was opened.
  init(_ source: VolumeSource, _ opened: OpenedVolume) {
    isCompressed = opened.volume.isCompressed
    isConverted = opened.series != nil
    if let series = opened.series {
      (fileDescriptor, offset, byteCount) = (series.fileDescriptor, 0, series.byteCount)
      owner = series
    } else {
      (fileDescriptor, offset, byteCount) = (
        source.fileDescriptor, source.offset, source.byteCount
      )
      owner = source
    }
  }
}

/// Reads a volume's file in the pieces in which the store takes it. A file that was made from DICOM files is
/// compressed, because it is twice as large otherwise.
final class VolumeFileReader: Sendable {
  private struct State {
    var position = 0
    /// Bytes that were compressed and not returned yet.
    var pending: [UInt8] = []
    /// Compresses the file; nil if the file is read as it is, or if it is finished.
    var gzip: GzipWriter?
  }

  private let file: VolumeFile
  private let region: FileRegion
  private let state: Mutex<State>
  private static let readBytes = 1 << 20

  /// - Throws: ``InferenceError`` if there is not enough memory.
  init(_ file: VolumeFile) throws(InferenceError) {
    self.file = file
    region = FileRegion(
      descriptor: file.fileDescriptor, byteCount: file.byteCount, offset: file.offset)
    do throws(VolumeError) {
      state = Mutex(State(gzip: file.isConverted ? try GzipWriter() : nil))
    } catch {
      throw .volume(error)
    }
  }

  /// Returns the next `Store.sourcePieceBytes` bytes, or fewer at the end of the file; nil after the end.
  ///
  /// - Throws: ``InferenceError`` if the file cannot be read.
  func next() throws(InferenceError) -> [UInt8]? {
    let outcome = state.withLock { state in
      Result { () throws(VolumeError) in try next(&state) }
    }
    do throws(VolumeError) { return try outcome.get() } catch { throw .volume(error) }
  }

  private func next(_ state: inout State) throws(VolumeError) -> [UInt8]? {
    guard file.isConverted else {
      let piece = try read(Store.sourcePieceBytes, &state)
      return piece.isEmpty ? nil : piece
    }
    while let gzip = state.gzip, state.pending.count < Store.sourcePieceBytes {
      let piece = try read(Self.readBytes, &state)
      if piece.isEmpty {
        state.pending += try gzip.finish()
        state.gzip = nil
      } else {
        try gzip.append(piece)
        state.pending += gzip.takeOutput()
      }
    }
    let piece = Array(state.pending.prefix(Store.sourcePieceBytes))
    state.pending.removeFirst(piece.count)
    return piece.isEmpty ? nil : piece
  }

  private func read(_ count: Int, _ state: inout State) throws(VolumeError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try region.bytes(at: state.position, count: count)
    } catch {
      throw .inputOutput(errno: error.errno)
    }
    state.position += bytes.count
    return bytes
  }
}
