internal import CChild
import Files
internal import Glibc
public import SeriesFacts

/// Converts DICOM files to a NIfTI volume. It chooses a series, checks that the series is one volume, and decodes
/// lossless JPEG. The program dcm2niix does the rest.
///
/// The directory of a ZIP, and all elements before the pixels of each file, are checked first. Only then does
/// dcm2niix run, as a child process with resource limits. Its folder contains only the images of the chosen series,
/// under numbers instead of their names.
public struct SeriesConverter: Sendable {
  /// The limits for the files of one upload.
  public let limits: SeriesLimits
  /// The folder in which the converter makes its work folders.
  private let workFolder: String
  private let program: String

  /// The path of dcm2niix on Debian.
  public static let standardProgram = "/usr/bin/dcm2niix"

  /// Makes a converter, and removes the work folders of killed processes.
  ///
  /// - Parameter workFolder: A folder that only this user can access.
  public init(
    workFolder: String, program: String = standardProgram, limits: SeriesLimits = SeriesLimits()
  ) {
    self.workFolder = workFolder
    self.program = program
    self.limits = limits
    removeAbandoned()
  }

  /// Removes the work folders of killed processes. Every conversion does this, too.
  public func removeAbandoned() { PrivateFolder.removeAbandoned(in: workFolder) }

  /// True if dcm2niix is installed.
  public var isAvailable: Bool { access(program, X_OK) == 0 }

  /// Checks whether a file is usable. The file is not unpacked, so some faults are found only later.
  ///
  /// - Throws: ``SeriesError`` if the file is not usable.
  public func requireReadable(_ file: SeriesFile) throws(SeriesError) {
    guard isAvailable else { throw .converterMissing }
    _ = try file.members(limits: limits)
  }

  /// Chooses the best series of an upload and converts it.
  ///
  /// - Parameter isCancelled: Returns true to cancel the conversion. Several threads call it, for each piece of a
  ///   file and while dcm2niix runs.
  /// - Throws: ``SeriesError``.
  public func convert(
    _ file: SeriesFile, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(SeriesError) -> ConvertedSeries {
    guard isAvailable else { throw .converterMissing }
    let watch = ConversionWatch(seconds: limits.conversionSeconds, isCancelled: isCancelled)
    let folder = try PrivateFolder(in: workFolder)
    for name in [Self.upload, Self.input, Self.output] { try folder.makeFolder(name) }
    let (all, files) = try unpack(file, into: folder, watch)
    let images = try RepeatedImages { image throws(SeriesError) in
      try FileRegion(Self.name(image.file), in: folder.descriptor)
    }.removed(from: all, watch)
    let chosen = try SeriesChoice.best(of: images, files: files, limits: limits)
    let volume = try chosen.stack.volume(limits: limits)
    try keepOnly(chosen.stack, of: all, in: folder)
    let sums = try SliceWriter(
      stack: chosen.stack, volume: volume, limits: limits, folder: folder.descriptor,
      source: Self.name, target: { "\(Self.input)/\($0).dcm" }
    ).write(watch)
    try decode(volume, in: folder, watch)
    let names = try folder.files(in: Self.output)
    // If dcm2niix made several volumes, it disagrees with the checks above.
    guard names.count == 1, let name = names.first, name.hasSuffix(".nii") else {
      throw .notConverted
    }
    let path = try StoredValues(
      volume: volume, sums: sums, limits: limits, folder: folder.descriptor
    ).apply(to: "\(Self.output)/\(name)", other: "\(Self.output)/hounsfield.nii", watch)
    return try ConvertedSeries(path, in: folder, chosen)
  }

  private static let upload = "upload"
  private static let input = "in"
  private static let output = "out"

  private static func name(_ index: Int) -> String { "\(upload)/\(index).dcm" }

  /// Writes every file to the folder under a number, and reads its header. Removes files that are not DICOM.
  private func unpack(
    _ file: SeriesFile, into folder: PrivateFolder, _ watch: ConversionWatch
  ) throws(SeriesError) -> (images: [ImageStack.Image], files: Int) {
    let members = try file.members(limits: limits)
    let images = try images(count: members.count, folder, watch) {
      (index, target) throws(SeriesError) in
      switch members[index] {
      case .bytes(let range): try Self.copy(range, of: file.source, to: target, watch)
      case .entry(let entry, let zip): try ZipInflater.write(entry, of: zip, to: target, watch)
      }
    }
    return (images, members.count)
  }

  private func images(
    count: Int, _ folder: PrivateFolder, _ watch: ConversionWatch,
    _ write: (Int, FreshFile) throws(SeriesError) -> Void
  ) throws(SeriesError) -> [ImageStack.Image] {
    var images: [ImageStack.Image] = []
    let budget = HeadBudget(limits)
    // A file may contain many frames, and each frame uses memory.
    var frames = 0
    var archives = 0
    for index in 0..<count {
      try watch.check()
      let target = try FreshFile(folder: folder.descriptor, name: Self.name(index))
      try write(index, target)
      let source = try SeriesError.from(try target.file.region())
      if var header = try ImageHeader.read(
        source, at: 0, byteCount: source.byteCount, budget: budget)
      {
        try header.settleTransferSyntax(in: source)
        images.append(ImageStack.Image(file: index, header: header))
        frames += header.planes.count
        guard frames <= limits.files else {
          throw .tooManyFiles(limit: limits.files, actual: frames)
        }
      } else {
        if SeriesFile.isZip(try source.piece(at: 0, count: 4)) { archives += 1 }
        unlinkat(folder.descriptor, Self.name(index), 0)
      }
    }
    guard !images.isEmpty || archives == 0 else { throw .nestedArchives(files: archives) }
    return images
  }

  private static func copy(
    _ range: Range<Int>, of source: FileRegion, to target: FreshFile, _ watch: ConversionWatch
  ) throws(SeriesError) {
    var place = range.lowerBound
    while place < range.upperBound {
      try watch.check()
      let piece = try source.piece(at: place, count: min(1 << 20, range.upperBound - place))
      guard !piece.isEmpty else { throw .inputOutput(errno: EIO) }
      try target.append(piece)
      place += piece.count
    }
  }

  private func keepOnly(
    _ stack: ImageStack, of images: [ImageStack.Image], in folder: PrivateFolder
  ) throws(SeriesError) {
    let kept = Set(stack.images.map(\.file))
    for image in images where !kept.contains(image.file) {
      unlinkat(folder.descriptor, Self.name(image.file), 0)
    }
  }

  /// Maximum number of bytes that the converter may write in addition to the voxels.
  private static let outputSurplus = 64 << 10

  private func decode(
    _ volume: ImageStack.Volume, in folder: PrivateFolder, _ watch: ConversionWatch
  ) throws(SeriesError) {
    let outputBytes = min(volume.byteCount, limits.volumeBytes) + Self.outputSurplus
    let memory = min(limits.conversionBaseMemory + 4 * volume.byteCount, limits.conversionMemory)
    let child = ConfinedChild(
      program: program,
      limits: brgsa_child_limits(
        cpu_seconds: Int64(limits.conversionSeconds), memory_bytes: Int64(memory),
        file_bytes: Int64(outputBytes)),
      seconds: limits.conversionSeconds)
    // The options mean: no JSON file, no compression, and one volume of all images regardless of their exposure.
    let code: Int32
    do throws(SeriesError) {
      code = try child.run(
        ["-b", "n", "-z", "n", "-m", "y", "-f", "volume", "-o", Self.output, Self.input],
        in: folder.descriptor,
        output: ConfinedChild.Output(folder: Self.output, byteCount: outputBytes),
        isCancelled: { watch.isOver })
    } catch {
      // The child throws `cancelled` even if the time limit was reached. The watch throws the actual cause.
      if error == .cancelled { try watch.check() }
      throw error
    }
    guard code == 0 else { throw .notConverted }
  }
}

/// A volume that was converted from DICOM files. It is an open NIfTI file without a name.
public final class ConvertedSeries: Sendable {
  /// The descriptor of the open file. Read it with `pread`. This object closes the file when it is released.
  public var fileDescriptor: Int32 { file.descriptor }
  private let file: OpenFile
  /// Length of the file in bytes.
  public let byteCount: Int
  /// Number of images in the volume.
  public let images: Int
  /// The number of positions, the extent and the spacing of the chosen series.
  public let measure: SeriesMeasure
  /// The CT series that were not chosen, with the longest series first.
  public let skipped: [SkippedSeries]

  /// Number of CT series in the upload, including the chosen one.
  public var series: Int { skipped.count + 1 }

  init(
    _ path: String, in folder: PrivateFolder, _ choice: SeriesChoice.Choice
  ) throws(SeriesError) {
    file = try FileRegion(path, in: folder.descriptor).file
    guard let status = try? file.status(), status.isRegular else { throw .notConverted }
    byteCount = status.byteCount
    images = choice.stack.count
    measure = choice.stack.measure
    skipped = choice.skipped
  }
}
