public import StrictJSON

extension EvaluationReport {
  /// The results as JSON. Metrics and the prevalence are fractions from 0 to 1; missing values are `null`. Each number
  /// has the fewest digits that parse to the same double.
  public var json: JSON {
    [
      "facts": .array(facts.map { ["name": .string($0.name), "value": .string($0.value)] }),
      "studies": .integer(studies),
      "independent_studies": .integer(groupedStudies),
      "options": optionsJSON,
      "means": .optional(means, Self.json),
      "labels": .array(labels.map(Self.json)),
      "ranking": .optional(ranking, Self.json),
      "groups": .array(groups.map(Self.json)),
      "ablation": .optional(ablation, Self.json),
      "retrieval": .optional(retrieval, Self.json),
      "notes": .array(
        notes.map {
          [
            "code": .string($0.code), "label": .optional($0.label, JSON.string),
            "message": .string($0.message),
          ]
        }),
    ]
  }

  /// The options. The seed is a string, because most JSON parsers keep only 53 bits of a number.
  private var optionsJSON: JSON {
    [
      "samples": .integer(options.samples), "seed": .string(String(options.seed)),
      "percentiles": [.double(Interval.percentiles.lower), .double(Interval.percentiles.upper)],
      "head_prevalence": .double(options.groups.head),
      "medium_prevalence": .double(options.groups.medium),
    ]
  }

  private static func json(_ estimate: Estimate) -> JSON {
    [
      "value": .double(estimate.value),
      "interval": .optional(estimate.interval) { [.double($0.lower), .double($0.upper)] },
      "samples": .integer(estimate.samples),
    ]
  }

  private static func json(_ row: MetricRow<Estimate>) -> JSON {
    .members(Metric.allCases.map { ($0.rawValue, json(row[$0])) })
  }

  private static func json(_ label: LabelResult) -> JSON {
    let evaluation = label.evaluation
    return [
      "label": .string(label.name), "studies": .integer(label.studies),
      "positives": .integer(label.positives),
      "prevalence": .optional(label.prevalence, JSON.double),
      "threshold": .optional(evaluation?.threshold, JSON.double),
      "false_positive_rate": .optional(evaluation?.operatingPoint.falsePositiveRate, JSON.double),
      "true_positive_rate": .optional(evaluation?.operatingPoint.truePositiveRate, JSON.double),
      "metrics": .optional(evaluation?.metrics, json),
      "skipped_samples": .optional(evaluation?.skippedSamples, JSON.integer),
      "reason": .optional(label.gap?.message, JSON.string),
    ]
  }

  private static func json(_ ranking: StudyRankingResult) -> JSON {
    [
      "labels": .integer(ranking.labels.count),
      "studies_with_positives": .integer(ranking.studiesWithPositives),
      "strict_recall_at_1": .optional(ranking.strictRecallAt1, json),
      "hit_at_1": .optional(ranking.hitAt1, json),
      "precision_at_3": .optional(ranking.precisionAt3, json),
      "precision_depth": .integer(ranking.depth),
    ]
  }

  private static func json(_ group: PrevalenceGroupResult) -> JSON {
    [
      "group": .string(group.group.rawValue), "labels": .array(group.labels.map(JSON.string)),
      "metrics": .members(
        Metric.allCases.map { ($0.rawValue, .double(group.metrics[$0])) }),
    ]
  }

  private static func json(_ ablation: Ablation) -> JSON {
    [
      "labels": .array(ablation.labels.map(JSON.string)),
      "components": .array(
        ablation.rows.map {
          [
            "component": .string($0.component.rawValue), "auroc": .double($0.auroc),
            "auprc": .double($0.auprc), "label_aurocs": .array($0.labelAUROCs.map(JSON.double)),
          ]
        }),
    ]
  }

  private static func json(_ retrieval: RetrievalResult) -> JSON {
    [
      "reports": .integer(retrieval.reports), "gallery": .integer(retrieval.gallery),
      "recalls": .array(
        retrieval.recalls.map { ["k": .integer($0.depth), "recall": json($0.recall)] }),
      "median_rank": json(retrieval.medianRank),
    ]
  }
}
