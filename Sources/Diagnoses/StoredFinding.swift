public import StrictJSON

/// One finding of a diagnosis: a prompt with its score.
public struct StoredFinding: Sendable, Equatable {
  /// The rank by score, from 1.
  public let rank: Int
  /// The index of the prompt in the request, from 0.
  public let index: Int
  /// The finding's label.
  public let label: String
  /// The sentences that were encoded.
  public let texts: [String]
  /// The rule that made the score, such as `cosine_mean`.
  public let scoreKind: String
  /// The numbers of the finding. The score always exists. Numbers that do not apply are missing.
  public let figures: [FindingFigure: JSONNumber]
  /// The score of each sentence; empty for a single sentence.
  public let textScores: [JSON]
  /// True if the score is greater than the threshold; nil if no threshold applies to the volume.
  public let isPositive: Bool?
  /// The decision about the finding; nil in a document written by brgsa 0.1.0.
  public let decision: FindingDecision?
  /// Number of tokens of the longest sentence, including the start and end tokens.
  public let tokens: Int
  /// True if a sentence was truncated because it exceeds the model's maximum length.
  public let isTruncated: Bool

  /// The largest accepted ``index``. Requests have fewer prompts.
  public static let indexLimit = 1 << 20

  /// Makes a finding. `figures` must contain the score.
  public init(
    rank: Int, index: Int, label: String, texts: [String], scoreKind: String = "cosine_mean",
    figures: [FindingFigure: JSONNumber], textScores: [JSON], isPositive: Bool?,
    decision: FindingDecision?, tokens: Int, isTruncated: Bool
  ) {
    self.rank = rank
    self.index = index
    self.label = label
    self.texts = texts
    self.scoreKind = scoreKind
    self.figures = figures
    self.textScores = textScores
    self.isPositive = isPositive
    self.decision = decision
    self.tokens = tokens
    self.isTruncated = isTruncated
  }

  /// The label, or a replacement if the label has no visible characters.
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
      "score": number(.score), "score_kind": .string(scoreKind),
      "components": [
        "direct": number(.direct), "bridged": figures[.bridged].map(JSON.number),
        "negative": figures[.negative].map(JSON.number),
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
      rank: rank, index: index, label: label, texts: texts,
      scoreKind: json["score_kind"]?.text ?? "cosine_mean", figures: figures,
      textScores: json["stability"]?["scores"]?.array ?? [], isPositive: json["positive"]?.bool,
      decision: json["decision"]?.text.flatMap(FindingDecision.init),
      tokens: json["tokens"]?.integer() ?? 0, isTruncated: json["truncated"]?.bool ?? false)
  }
}

/// The numbers of a finding. Raw values are names of JSON members.
///
/// In the comments below, v is the embedding of the volume and t the embedding of a sentence. v̂ and t̂ are their
/// bridges.
public enum FindingFigure: String, Sendable, CaseIterable {
  /// The score by the model's rule, as a mean over all sentences.
  case score
  /// The cosine of v and t.
  case direct
  /// The cosine of v̂ and t. Missing if the model has no bridges.
  case bridged
  /// The cosine of v and the embedding of the sentence that denies the finding. Exists if the score compares both.
  case negative
  /// The cosine of v and t̂. Included only on request.
  case directBridgedText = "direct_bridged_text"
  /// The cosine of v̂ and t̂. Included only on request.
  case bridgedBoth = "bridged_both"
  /// The highest score of a sentence minus the lowest.
  case spread
  /// The score minus the score of the negative sentence.
  case margin
  /// The fraction of stored volumes with a lower score, from 0 to 1.
  case percentile
  /// The calibration's threshold.
  case threshold
}

extension String {
  /// True if the text contains more than white space and control characters.
  fileprivate var isVisible: Bool {
    unicodeScalars.contains {
      !$0.properties.isWhitespace && $0.properties.generalCategory != .control
    }
  }
}
