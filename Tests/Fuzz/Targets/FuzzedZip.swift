import Files
import TestSupport

@testable import DICOM

/// A file that claims to be a ZIP.
///
/// Laws: its directory says the same in windows of any size; entries that are taken lie before the directory and share no
/// byte; what is inflated has the declared length and checksum, and what is refused wrote no byte more than declared.
struct FuzzedZip {
  private let file: FuzzFile
  private let source: FileRegion

  init(_ bytes: [UInt8]) {
    file = FuzzFile(bytes)
    source = FileRegion(descriptor: file.descriptor, byteCount: file.byteCount)
  }

  func check() throws(BrokenLaw) {
    let outcome = opened(window: ZipDirectory.defaultWindow)
    for window in [1, 47] {
      try demand(opened(window: window) == outcome, "another window, another directory")
    }
    guard case .success(let entries) = outcome else { return }
    try demand(entries.count <= Self.limits.files, "\(entries.count) files")
    try demand(
      entries.reduce(0) { $0 + $1.bytes } <= Self.limits.inflatedBytes,
      "too many bytes are declared")
    var end = 0
    for entry in entries.sorted(by: { $0.start < $1.start }) {
      try demand(entry.start >= end && entry.dataStart >= entry.start, "entries overlap")
      end = entry.dataStart + entry.compressedBytes
      try demand(end <= file.byteCount, "an entry ends behind the file")
    }
    for entry in entries { try checkContent(of: entry) }
  }

  private func opened(window: Int) -> Result<[ZipArchive.Entry], SeriesError> {
    Result { () throws(SeriesError) in
      try ZipArchive(source, limits: Self.limits, windowBytes: window).entries
    }
  }

  private func checkContent(of entry: ZipArchive.Entry) throws(BrokenLaw) {
    let target = FuzzFile([])
    let outcome = Result { () throws(SeriesError) in
      try ZipInflater.write(
        entry, of: source, to: FreshFile(file: OpenFile(borrowing: target.descriptor)),
        ConversionWatch(seconds: 3600))
    }
    let found = FuzzFile.contents(of: target.descriptor, count: entry.bytes + 1)
    switch outcome {
    case .success:
      try demand(found.count == entry.bytes, "\(found.count) bytes, \(entry.bytes) declared")
      let checksum = UInt32(truncatingIfNeeded: NIfTIGzip.checksum(found))
      try demand(checksum == entry.checksum, "another checksum was taken")
    case .failure(let error):
      try demand(error == .zipCorrupt(.content), "\(error)")
      try demand(found.count <= entry.bytes, "more bytes than declared")
    }
  }

  /// Limits that a small input can reach.
  private static let limits: SeriesLimits = {
    var limits = SeriesLimits()
    limits.files = 8
    limits.inflatedBytes = 1 << 16
    limits.directoryBytes = 2048
    limits.zipFieldBytes = 64
    return limits
  }()
}
