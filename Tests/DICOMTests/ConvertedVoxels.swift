import Foundation
import TestSupport

@testable import DICOM

extension Worker {
  /// HU of what becomes of the files, slice by slice, each slice's values sorted: the converter may turn rows around.
  func hounsfield(_ files: [DICOMFile]) throws -> [[Double]] {
    try hounsfield(bytes: files.map { $0.bytes() })
  }

  /// The same of whole files.
  func hounsfield(bytes: [[UInt8]]) throws -> [[Double]] {
    let spool = NIfTISpool(bytes.flatMap(\.self))
    let converted = try SeriesConverter(workFolder: folder, limits: limits).convert(
      SeriesFile(
        fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount, parts: bytes.map(\.count))
    )
    var file = [UInt8](repeating: 0, count: converted.byteCount)
    guard pread(converted.fileDescriptor, &file, file.count, 0) == file.count else { return [] }
    func float(_ place: Int) -> Double {
      Double(Float(bitPattern: UInt32(truncatingIfNeeded: file.littleEndian32(at: place))))
    }
    let type = file.littleEndian16(at: 70)
    let width = type == 16 ? 4 : 2
    let count = (file.count - 352) / width
    let values = (0..<count).map { index in
      let place = 352 + width * index
      let stored: Double =
        switch type {
        case 16: float(place)
        case 512: Double(file.littleEndian16(at: place))
        default: Double(Int16(truncatingIfNeeded: file.littleEndian16(at: place)))
        }
      return stored * float(112) + float(116)
    }
    let slices = file.littleEndian16(at: 46)
    return (0..<slices).map { slice in
      values[(slice * count / slices)..<((slice + 1) * count / slices)].sorted()
    }
  }

  /// The phantom's own values, as ``hounsfield(_:)`` gives them.
  static let phantom = DICOMFile.series().map { $0.pixels.map { Double($0) }.sorted() }
}
