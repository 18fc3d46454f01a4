internal import Dispatch
package import Encoders
internal import Synchronization

/// A calibration file that could not be used, and the reason.
public struct SkippedCalibration: Sendable, Equatable {
  /// The file's name. Each character that is not printable ASCII is replaced with `?`.
  public let file: String
  /// Why the file could not be used.
  public let error: CalibrationError
}

/// The site's custom calibrations. They survive a restart.
///
/// Changes run sequentially on a separate thread. Each change is written to the disk before lookups see it. Lookups
/// never wait for the disk.
public final class CalibrationStore: Sendable {
  /// Maximum number of stored calibrations.
  public static let limit = 64

  private struct Contents {
    var calibrations: [String: LoadedCalibration] = [:]
    var skipped: [SkippedCalibration] = []
  }

  private let folder: CalibrationFolder?
  private let contents = Mutex(Contents())
  private let queue = DispatchQueue(label: "brgsa.calibrations", qos: .utility)

  /// Makes an empty store. The folder is read after a model is loaded. It is created when the first calibration is
  /// stored.
  ///
  /// - Parameter directory: The path of the folder; nil for a store that is only in memory.
  public init(directory: String?) { folder = directory.map(CalibrationFolder.init) }

  /// All calibrations, sorted by name.
  public var all: [LoadedCalibration] {
    contents.withLock { Array($0.calibrations.values) }
      .sorted { $0.calibration.name < $1.calibration.name }
  }

  /// The files that ``read(for:)`` could not use.
  public var skipped: [SkippedCalibration] { contents.withLock(\.skipped) }

  /// Returns the calibration with this name; nil if it does not exist.
  public func named(_ name: String) -> LoadedCalibration? {
    contents.withLock { $0.calibrations[name] }
  }

  /// Adds a calibration. It replaces an existing one with the same name.
  ///
  /// - Returns: Whether the calibration is new.
  /// - Throws: ``CalibrationError/tooMany(limit:)`` or ``CalibrationError/file(errno:)``.
  public func put(_ calibration: LoadedCalibration) async throws(CalibrationError) -> Bool {
    try await change { [self] () throws(CalibrationError) in
      let name = calibration.calibration.name
      let (isNew, count) = contents.withLock {
        ($0.calibrations[name] == nil, $0.calibrations.count)
      }
      guard !isNew || count < Self.limit else { throw .tooMany(limit: Self.limit) }
      let publish = { self.contents.withLock { $0.calibrations[name] = calibration } }
      guard let folder else {
        publish()
        return isNew
      }
      try folder.write(calibration.calibration, placed: publish)
      return isNew
    }
  }

  /// Removes a calibration.
  ///
  /// - Returns: Whether the calibration existed.
  /// - Throws: ``CalibrationError/file(errno:)``.
  public func remove(_ name: String) async throws(CalibrationError) -> Bool {
    try await change { [self] () throws(CalibrationError) in
      guard named(name) != nil else { return false }
      try folder?.remove(name)
      return contents.withLock { $0.calibrations.removeValue(forKey: name) } != nil
    }
  }

  /// Reads the folder's calibrations. Skips files that are damaged or belong to another model, and lists them in
  /// ``skipped``.
  package func read(for model: Model) {
    guard let folder else { return }
    folder.removeAbandonedDrafts()
    var read = Contents()
    do throws(CalibrationError) {
      for file in try folder.fileNames() {
        do throws(CalibrationError) {
          guard read.calibrations.count < Self.limit else { throw .tooMany(limit: Self.limit) }
          let calibration = try LoadedCalibration(
            folder.calibration(in: file), source: .site, for: model)
          read.calibrations[calibration.calibration.name] = calibration
        } catch {
          read.skipped.append(SkippedCalibration(file: Self.printable(file), error: error))
        }
      }
    } catch {
      read.skipped.append(SkippedCalibration(file: ".", error: error))
    }
    contents.withLock { $0 = read }
  }

  private func change<Result: Sendable>(
    _ body: @escaping @Sendable () throws(CalibrationError) -> Result
  ) async throws(CalibrationError) -> Result {
    let outcome: Swift.Result<Result, CalibrationError> = await withCheckedContinuation {
      continuation in
      queue.async { continuation.resume(returning: Swift.Result(catching: body)) }
    }
    return try outcome.get()
  }

  private static func printable(_ name: String) -> String {
    String(
      String.UnicodeScalarView(name.unicodeScalars.map { (" "..."~").contains($0) ? $0 : "?" }))
  }
}
