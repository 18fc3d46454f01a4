import Files

@testable import DICOM

/// The files of an upload: each begins behind a `DICM`, and its preamble is added.
///
/// Laws: a head that is read from a file is the one that is read from memory, and a head of a file that was cut breaks off
/// or is a head; no more elements are read than the limit; the chosen stack is of images of one series and study, and if it is
/// one volume, its images lie one behind the other.
struct FuzzedDICOM {
  private let files: [[UInt8]]

  init(_ bytes: [UInt8]) { files = Self.files(bytes) }

  func check() throws(BrokenLaw) {
    var images: [ImageStack.Image] = []
    for (index, file) in files.enumerated() {
      guard let header = try checkedHead(of: file) else { continue }
      images.append(ImageStack.Image(file: index, header: header))
    }
    let chosen: SeriesChoice.Choice
    do throws(SeriesError) {
      chosen = try SeriesChoice.best(of: images, files: files.count, limits: Self.limits)
    } catch {
      return
    }
    let stack = chosen.stack
    try demand(stack.count >= Self.limits.fewestImages, "\(stack.count) images are a volume")
    try demand(stack.images.allSatisfy(\.header.isImage), "something that is not an image of a CT")
    try demand(Set(stack.images.map(\.header.series)).count == 1, "images of several series")
    try demand(Set(stack.images.map(\.header.study)).count == 1, "images of several studies")
    guard let volume = try? stack.volume(limits: Self.limits) else { return }
    try demand(volume.slices.count == stack.slices.count, "an image without a place")
    try demand(volume.step > 0 && volume.step.isFinite, "a step of \(volume.step)")
    let places = volume.slices.compactMap { $0.plane.position?.dot(volume.axes.normal) }
    try demand(places.count == volume.slices.count, "an image without a position")
    try demand(places.allSatisfy(\.isFinite), "a place that is not finite")
    try demand(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 }, "images out of order")
    try demand(volume.rows > 0 && volume.columns > 0, "an image without pixels")
    try demand(volume.byteCount <= Self.limits.volumeBytes, "\(volume.byteCount) bytes")
  }

  private func checkedHead(of bytes: [UInt8]) throws(BrokenLaw) -> ImageHeader? {
    let file = FuzzFile(bytes)
    let source = FileRegion(descriptor: file.descriptor, byteCount: file.byteCount)
    let budget = HeadBudget(Self.limits)
    let found = Result { () throws(SeriesError) in
      try ImageHeader.read(source, at: 0, byteCount: bytes.count, budget: budget)
    }
    switch found {
    case .failure(let error):
      try demand(error == .tooManyElements(limit: Self.limits.headElements), "\(error)")
      return nil
    case .success(let header):
      try demand(header == ImageHeader(bytes, isWhole: true), "two heads of one file")
      // Without what is in front of the data set, and with the preamble alone.
      _ = ImageHeader(Array(bytes.dropFirst(132)), isWhole: true)
      _ = ImageHeader(Array(bytes.prefix(128) + bytes.dropFirst(132)), isWhole: true)
      if var header {
        try demand(
          header.rows >= 0 && header.columns >= 0 && (header.frames ?? 1) >= 1, "\(header)")
        try checkPixels(header, in: source, bytes)
        do throws(SeriesError) {
          try header.settleTransferSyntax(in: source)
        } catch {
          throw BrokenLaw(description: "\(error)")
        }
        try checkPixels(header, in: source, bytes)
      }
      for count in stride(from: 132, to: bytes.count, by: max(bytes.count / 16, 1)) {
        _ = ImageHeader(Array(bytes.prefix(count)), isWhole: false)
      }
      return header
    }
  }

  /// Places of frames lie within the file, and no compressed image that passes is shorter than its codes.
  private func checkPixels(
    _ header: ImageHeader, in source: FileRegion, _ bytes: [UInt8]
  ) throws(BrokenLaw) {
    guard let format = PixelFormat(header) else { return }
    if let frames = try? PixelFrames(header, format, in: source).frames {
      let pieces = frames.flatMap(\.self)
      try demand(pieces.allSatisfy { $0.upperBound <= bytes.count }, "a frame beyond the file")
      try demand(frames.count == header.frames, "\(frames.count) frames")
    }
    for syntax in TransferSyntax.readable.subtracting(TransferSyntax.native) {
      for start in [132, bytes.count / 2, bytes.count - bytes.count % 64] where start < bytes.count
      {
        _ = CompressedFrame.fault(of: Array(bytes[start...]), syntax, format)
      }
    }
  }

  private static let magic = Array("DICM".utf8)

  private static func files(_ bytes: [UInt8]) -> [[UInt8]] {
    var starts: [Int] = []
    var place = 0
    while place + magic.count <= bytes.count {
      if bytes[place..<(place + magic.count)].elementsEqual(magic) {
        starts.append(place)
        place += magic.count
      } else {
        place += 1
      }
    }
    let ends = starts.dropFirst() + [bytes.count]
    return zip(starts, ends).map { [UInt8](repeating: 0, count: 128) + bytes[$0..<$1] }
  }

  /// Limits that a small input can reach.
  private static let limits: SeriesLimits = {
    var limits = SeriesLimits()
    limits.fewestImages = 3
    limits.headElements = 256
    return limits
  }()
}
