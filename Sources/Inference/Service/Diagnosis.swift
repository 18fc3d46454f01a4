public import Archives
public import Calibrations
internal import DICOM
public import Diagnoses
public import Embeddings

/// A volume to diagnose: its id and the open file that contains it.
public struct VolumeSource: Sendable {
  /// The descriptor of the open file. It is valid while `owner` exists.
  public let fileDescriptor: Int32
  /// Byte offset of the volume within the open file.
  public let offset: Int
  /// Length of the volume in bytes.
  public let byteCount: Int
  /// Lengths in bytes of the DICOM files, which follow each other without gaps; empty for a single file.
  public let parts: [Int]
  /// The volume's id: `sha256-` and 64 hexadecimal digits. For one file, this is the SHA-256 of its bytes. For several
  /// files, see `VolumeIdentity`.
  public let id: String
  /// Keeps the file open.
  private let owner: any Sendable

  /// Describes a volume in an open file. `sha256` is the SHA-256 of the volume's bytes. `owner` closes the file when it
  /// is released.
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
  /// The same bytes, treated as an upload of DICOM files.
  var series: SeriesFile {
    SeriesFile(
      fileDescriptor: fileDescriptor, offset: offset, byteCount: byteCount, parts: parts)
  }
}

/// The volume that a request refers to.
public enum VolumeReference: Sendable {
  /// A file that was sent with the request.
  case file(VolumeSource)
  /// The id of a stored volume.
  case stored(id: String)
}

/// A request for a diagnosis.
public struct DiagnosisRequest: Sendable {
  /// The volume to diagnose.
  public let volume: VolumeReference
  /// The findings to score, in the order of the request.
  public let prompts: AdmittedPrompts
  /// The calibration that provides the thresholds; nil for none. Later changes of a calibration do not affect this
  /// request.
  public let calibration: LoadedCalibration?
  /// Whether to store the volume; nil to use the service's default.
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

/// The result for one volume: its embedding, and a score for each prompt.
public struct Diagnosis: Sendable {
  /// The volume with its embedding and the embedding's bridge.
  public let volume: EncodedVolume
  /// The findings, highest score first.
  public let findings: [Finding]
  /// The calibration that provided the thresholds; nil if there was none.
  public let calibration: LoadedCalibration?
  /// Which results came from a cache or the store.
  public let cache: CacheUse
  /// The duration of each stage.
  public let timings: StageTimings
}

/// Which results of a diagnosis came from a cache or the store.
public struct CacheUse: Sendable, Equatable {
  /// True if the volume's embedding was already stored.
  public let isVolumeHit: Bool
  /// Number of prompts whose embeddings were all cached or stored.
  public let promptHits: Int
  /// Number of prompts with at least one text that had to be encoded.
  public let promptMisses: Int
  /// True if the volume is stored after this diagnosis.
  public let isStored: Bool
}

/// The score of one prompt for a volume.
public struct Finding: Sendable, Equatable {
  /// The rank by score. The highest score has rank 1.
  public internal(set) var rank: Int
  /// Index of the prompt in the request.
  public let index: Int
  /// The prompt that was scored.
  public let prompt: Prompt
  /// The cosines of each text of the prompt.
  public let scores: [ZeroShotScore]
  /// The score of each text of the prompt, by the model's rule.
  public let textScores: [Float]
  /// The cosines of the negative sentence; nil if the prompt has none.
  public let negative: ZeroShotScore?
  /// The score minus the negative sentence's score; nil if the prompt has no negative sentence or the model's rule has
  /// no such difference.
  public let margin: Float?
  /// The share of stored volumes with a lower score, from 0 to 1; nil if too few volumes are stored.
  public internal(set) var percentile: Double?
  /// The calibration's threshold; nil if there is none. Only a prompt with a single text can have a threshold.
  public let threshold: Float?
  /// Number of tokens of the longest text, including the start and end tokens.
  public let tokens: Int
  /// True if a text was truncated to the model's maximum length.
  public let isTruncated: Bool

  /// The mean score over all texts.
  public var score: Float { textScores.reduce(0, +) / Float(textScores.count) }

  /// Whether the volume lies within the model's domain.
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

  /// Returns the mean of one cosine over all texts.
  public func mean(_ component: KeyPath<ZeroShotScore, Float>) -> Float {
    scores.reduce(0) { $0 + $1[keyPath: component] } / Float(scores.count)
  }
}

/// The duration of each stage of one diagnosis.
public struct StageTimings: Sendable, Equatable {
  /// Time spent waiting for other volumes.
  public var queue = Duration.zero
  /// Reading and decompressing the file.
  public var decode = Duration.zero
  /// Resampling and intensity normalisation.
  public var preprocess = Duration.zero
  /// Running the vision encoder.
  public var encodeVolume = Duration.zero
  /// Running the text encoder.
  public var encodeText = Duration.zero
  /// Computing bridges and scores.
  public var score = Duration.zero
}
