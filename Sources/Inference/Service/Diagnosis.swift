public import Archives
public import Calibrations
internal import DICOM
public import Diagnoses
public import Embeddings

/// A volume to diagnose: an open file, or a part of one, and its identity.
public struct VolumeSource: Sendable {
  /// Open for reading; it stays open as long as `owner` lives.
  public let fileDescriptor: Int32
  /// Where in what is open the volume's file begins.
  public let offset: Int
  /// Length of the volume's file.
  public let byteCount: Int
  /// Lengths of the DICOM files that lie in it one behind the other; empty for a file that is one.
  public let parts: [Int]
  /// `sha256-` and 64 hexadecimal digits: the SHA-256 of one file's bytes, or what `VolumeIdentity` makes of several files.
  public let id: String
  /// Keeps the file open.
  private let owner: any Sendable

  /// Describes an open file by the SHA-256 of all its bytes; `owner` closes it when it goes.
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
  /// The same as DICOM files.
  var series: SeriesFile {
    SeriesFile(
      fileDescriptor: fileDescriptor, offset: offset, byteCount: byteCount, parts: parts)
  }
}

/// The volume that a request is about.
public enum VolumeReference: Sendable {
  /// A file that came with the request.
  case file(VolumeSource)
  /// The id of a volume that is kept.
  case stored(id: String)
}

/// What was asked of a volume.
public struct DiagnosisRequest: Sendable {
  /// The volume.
  public let volume: VolumeReference
  /// The findings to look for, in the order of the request.
  public let prompts: AdmittedPrompts
  /// The thresholds of the findings; nil for none. Whatever is stored meanwhile, these are used.
  public let calibration: LoadedCalibration?
  /// Whether the volume is to be kept; nil for the service's standard.
  public let persists: Bool?

  /// Puts a request together.
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

/// What a volume was found to be, and how well each prompt fits it.
public struct Diagnosis: Sendable {
  /// The volume with its embedding and its bridge.
  public let volume: EncodedVolume
  /// Best first.
  public let findings: [Finding]
  /// Where the findings' thresholds come from, if from anywhere.
  public let calibration: LoadedCalibration?
  /// What needed no computing.
  public let cache: CacheUse
  /// How long each stage took.
  public let timings: StageTimings
}

/// What of a diagnosis was remembered.
public struct CacheUse: Sendable, Equatable {
  /// Whether the volume's embedding was.
  public let isVolumeHit: Bool
  /// Prompts all of whose texts were.
  public let promptHits: Int
  /// The other prompts.
  public let promptMisses: Int
  /// Whether the volume is kept now.
  public let isStored: Bool
}

/// How well one prompt fits a volume.
public struct Finding: Sendable, Equatable {
  /// From 1, by score.
  public internal(set) var rank: Int
  /// Place of the prompt in the request, from 0.
  public let index: Int
  /// The prompt.
  public let prompt: Prompt
  /// One for each text of the prompt.
  public let scores: [ZeroShotScore]
  /// Score minus that of the negative sentence, if there is one.
  public let margin: Float?
  /// The share of the kept volumes that score lower, 0 to 1; nil if they are too few to say.
  public internal(set) var percentile: Double?
  /// The calibration's threshold for the one text of the prompt, if it has one.
  public let threshold: Float?
  /// Tokens of the longest text, start and end included.
  public let tokens: Int
  /// Whether a text was cut to the model's length.
  public let isTruncated: Bool

  /// The mean over the texts.
  public var score: Float { mean(\.mean) }

  /// Whether the volume belongs to the data that the model was made for.
  public let membership: DomainMembership

  /// Whether the score is greater than the threshold, if there is one and it holds for the volume.
  ///
  /// - Source: the authors' rule, prediction = score > threshold.
  public var isPositive: Bool? {
    membership.isDecidable ? threshold.map { score > $0 } : nil
  }

  /// What can be said of the finding.
  public var decision: FindingDecision {
    switch (membership, isPositive) {
    case (.outside, _): .outsideDomain
    case (.unknown, _): .domainUnknown
    case (_, true?): .aboveThreshold
    case (_, false?): .notAboveThreshold
    case (_, nil): .noThreshold
    }
  }

  /// The mean of one cosine over the texts.
  public func mean(_ component: KeyPath<ZeroShotScore, Float>) -> Float {
    scores.reduce(0) { $0 + $1[keyPath: component] } / Float(scores.count)
  }
}

/// Time spent in each stage of one diagnosis.
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
