public import Archives
public import Calibrations
internal import DICOM
public import Diagnoses
public import Embeddings

/// A volume to diagnose: its identity, and an open file or a part of one.
public struct VolumeSource: Sendable {
  /// The descriptor of the open file, valid while `owner` lives.
  public let fileDescriptor: Int32
  /// The start of the volume's file within the open file.
  public let offset: Int
  /// Length of the volume's file.
  public let byteCount: Int
  /// Lengths of contiguous DICOM files; empty for a single file.
  public let parts: [Int]
  /// `sha256-` and 64 hexadecimal digits: the SHA-256 of one file's bytes, or the `VolumeIdentity` of several files.
  public let id: String
  /// Keeps the file open.
  private let owner: any Sendable

  /// Makes a view of an open file. `sha256` is the SHA-256 of the volume's bytes, and `owner` closes the file.
  public init(
    fileDescriptor: Int32, offset: Int = 0, byteCount: Int, parts: [Int] = [],
    sha256: some Sequence<UInt8>, owner: any Sendable
  ) {
    self.fileDescriptor = fileDescriptor
    self.offset = offset
    self.byteCount = byteCount
    self.parts = parts
    id = VolumeIdentity.id(sha256: sha256, parts: parts)
    self.owner = owner
  }
}

extension VolumeSource {
  /// The same bytes as an upload of DICOM files.
  var series: SeriesFile {
    SeriesFile(
      fileDescriptor: fileDescriptor, offset: offset, byteCount: byteCount, parts: parts)
  }
}

/// The volume of a request.
public enum VolumeReference: Sendable {
  /// A file sent with the request.
  case file(VolumeSource)
  /// The id of a stored volume.
  case stored(id: String)
}

/// A request for a diagnosis.
public struct DiagnosisRequest: Sendable {
  /// The volume.
  public let volume: VolumeReference
  /// The findings to score, in the order of the request.
  public let prompts: AdmittedPrompts
  /// The thresholds of the findings; nil for none. Later changes of the calibration do not affect this request.
  public let calibration: LoadedCalibration?
  /// Whether to store the volume; nil for the service's default.
  public let persists: Bool?

  /// Makes a request.
  public init(
    volume: VolumeReference, prompts: AdmittedPrompts, calibration: LoadedCalibration? = nil,
    persists: Bool? = nil
  ) {
    self.volume = volume
    self.prompts = prompts
    self.calibration = calibration
    self.persists = persists
  }
}

/// The result for a volume: its description, and the score of each prompt.
public struct Diagnosis: Sendable {
  /// The volume, its embedding, and the embedding's bridge.
  public let volume: EncodedVolume
  /// The findings, best first.
  public let findings: [Finding]
  /// The source of the findings' thresholds; nil if there are none.
  public let calibration: LoadedCalibration?
  /// The results that came from a cache or the store.
  public let cache: CacheUse
  /// The time of each stage.
  public let timings: StageTimings
}

/// The parts of a diagnosis that came from a cache or the store.
public struct CacheUse: Sendable, Equatable {
  /// True if the volume's embedding was known.
  public let isVolumeHit: Bool
  /// Number of prompts whose texts were all known.
  public let promptHits: Int
  /// Number of prompts of which a text was not known.
  public let promptMisses: Int
  /// True if the volume is now stored.
  public let isStored: Bool
}

/// The score of one prompt for a volume.
public struct Finding: Sendable, Equatable {
  /// The rank by score; 1 is the highest score.
  public internal(set) var rank: Int
  /// Index of the prompt in the request.
  public let index: Int
  /// The prompt.
  public let prompt: Prompt
  /// A score for each text of the prompt.
  public let scores: [ZeroShotScore]
  /// The score minus the negative sentence's score; nil if the prompt has no negative sentence.
  public let margin: Float?
  /// The share of stored volumes with a lower score, 0 to 1; nil if there are too few.
  public internal(set) var percentile: Double?
  /// The calibration's threshold for the prompt's single text; nil if there is none.
  public let threshold: Float?
  /// Number of tokens of the longest text, including start and end.
  public let tokens: Int
  /// True if a text was cut to the model's length.
  public let isTruncated: Bool

  /// The mean score over the texts.
  public var score: Float { mean(\.mean) }

  /// Whether the volume belongs to the model's domain.
  public let membership: DomainMembership

  /// True if the score is greater than the threshold; nil if no threshold applies to the volume.
  ///
  /// - Source: the authors' rule, prediction = score > threshold.
  public var isPositive: Bool? {
    membership.isDecidable ? threshold.map { score > $0 } : nil
  }

  /// The decision about the finding.
  public var decision: FindingDecision {
    switch (membership, isPositive) {
    case (.outside, _): .outsideDomain
    case (.unknown, _): .domainUnknown
    case (_, true?): .aboveThreshold
    case (_, false?): .notAboveThreshold
    case (_, nil): .noThreshold
    }
  }

  /// Returns the mean of one cosine over the texts.
  public func mean(_ component: KeyPath<ZeroShotScore, Float>) -> Float {
    scores.reduce(0) { $0 + $1[keyPath: component] } / Float(scores.count)
  }
}

/// The time of each stage of one diagnosis.
public struct StageTimings: Sendable, Equatable {
  /// Waiting for other volumes.
  public var queue = Duration.zero
  /// Reading and inflating.
  public var decode = Duration.zero
  /// Resampling and intensities.
  public var preprocess = Duration.zero
  /// The vision encoder.
  public var encodeVolume = Duration.zero
  /// The text encoder.
  public var encodeText = Duration.zero
  /// Bridging and cosines.
  public var score = Duration.zero
}
