public import StrictJSON

/// One prompt of a diagnosis with its score.
public struct StoredFinding: Sendable, Equatable {
  /// From 1, by score.
  public let rank: Int
  /// The index of the prompt in the request, from 0.
  public let index: Int
  /// The name of the finding.
  public let label: String
  /// The encoded sentences.
  public let texts: [String]
  /// The numbers, always with the score. Numbers that do not apply to the finding are absent.
  public let figures: [FindingFigure: JSONNumber]
  /// The score of each sentence, if there are several.
  public let textScores: [JSON]
  /// Whether the score is greater than the threshold; nil without a threshold that applies to the
  /// volume.
  public let isPositive: Bool?
  /// The decision about the finding; nil in a document of version 0.1.0.
  public let decision: FindingDecision?
  /// Tokens of the longest sentence, start and end included.
  public let tokens: Int
  /// Whether a sentence was too long for the model.
  public let isTruncated: Bool

  /// Limit of ``index``; requests have fewer prompts.
  public static let indexLimit = 1 << 20

  /// Makes a finding; `figures` must contain the score.
  public init(
    rank: Int, index: Int, label: String, texts: [String],
    figures: [FindingFigure: JSONNumber], textScores: [JSON], isPositive: Bool?,
    decision: FindingDecision?, tokens: Int, isTruncated: Bool
  ) {
    self.rank = rank
    self.index = index
    self.label = label
    self.texts = texts
    self.figures = figures
    self.textScores = textScores
    self.isPositive = isPositive
    self.decision = decision
    self.tokens = tokens
    self.isTruncated = isTruncated
  }

  /// The label, or a replacement if the label is blank.
  public var visibleLabel: String {
    ([label] + texts).first(where: \.isVisible) ?? "finding \(index)"
  }
}

// MARK: Codec

extension StoredFinding {
  var json: JSON {
    func number(_ figure: FindingFigure) -> JSON { .optional(figures[figure], JSON.number) }
    return [
      "rank": .integer(rank), "index": .integer(index), "label": .string(label),
      "text": texts.count == 1 ? .string(texts[0]) : nil,
      "texts": texts.count == 1 ? nil : .array(texts.map(JSON.string)),
      "score": number(.score), "score_kind": "cosine_mean",
      "components": [
        "direct": number(.direct), "bridged": number(.bridged),
        "direct_bridged_text": figures[.directBridgedText].map(JSON.number),
        "bridged_both": figures[.bridgedBoth].map(JSON.number),
      ],
      "stability": textScores.isEmpty
        ? nil : ["spread": number(.spread), "scores": .array(textScores)],
      "margin": number(.margin), "percentile": number(.percentile),
      "threshold": number(.threshold), "positive": .optional(isPositive, JSON.bool),
      "decision": decision.map { .string($0.rawValue) }, "tokens": .integer(tokens),
      "truncated": .bool(isTruncated),
    ]
  }

  init?(_ json: JSON) {
    guard let rank = json["rank"]?.integer(), let label = json["label"]?.text,
      let index = json["index"]?.integer(in: 0...Self.indexLimit),
      let texts = json["text"]?.text.map({ [$0] }) ?? json["texts"]?.texts
    else { return nil }
    let places = [json, json["components"] ?? [:], json["stability"] ?? [:]]
    var figures: [FindingFigure: JSONNumber] = [:]
    for figure in FindingFigure.allCases {
      if case .number(let number)? = places.lazy.compactMap({ $0[figure.rawValue] }).first,
        Float(number.text)?.isFinite == true
      {
        figures[figure] = number
      }
    }
    guard figures[.score] != nil else { return nil }
    self.init(
      rank: rank, index: index, label: label, texts: texts, figures: figures,
      textScores: json["stability"]?["scores"]?.array ?? [], isPositive: json["positive"]?.bool,
      decision: json["decision"]?.text.flatMap(FindingDecision.init),
      tokens: json["tokens"]?.integer() ?? 0, isTruncated: json["truncated"]?.bool ?? false)
  }
}

/// The numbers of a finding. The raw value is the member of the JSON.
public enum FindingFigure: String, Sendable, CaseIterable {
  /// The mean of `direct` and `bridged`, over all sentences.
  case score
  /// cos(v, t).
  case direct
  /// cos(v̂, t).
  case bridged
  /// cos(v, t̂), on request.
  case directBridgedText = "direct_bridged_text"
  /// cos(v̂, t̂), on request.
  case bridgedBoth = "bridged_both"
  /// The largest score of a sentence minus the smallest.
  case spread
  /// The score minus that of the negative sentence.
  case margin
  /// The share of the stored volumes that score lower, 0 to 1.
  case percentile
  /// The calibration's threshold.
  case threshold
}

extension String {
  /// Whether it contains more than blanks and control characters.
  fileprivate var isVisible: Bool {
    unicodeScalars.contains {
      !$0.properties.isWhitespace && $0.properties.generalCategory != .control
    }
  }
}
