internal import Calibrations
internal import Inference
internal import Volumes

/// What the page of a warning under `/problems/` says.
typealias WarningPage = (title: String, explanation: String)

extension VolumeWarning.Kind {
  /// The page of this warning.
  var page: WarningPage {
    switch self {
    case .orientationAssumed:
      (
        "The orientation was assumed",
        "The file has neither an sform nor a qform, so its axes were taken as left, posterior, superior. If the volume lies otherwise, its scores are wrong: export it with its orientation."
      )
    case .unitsConverted:
      (
        "Lengths were converted to millimetres",
        "The header gives lengths in another unit, such as metres or micrometres. Check the spacing in the response."
      )
    case .unitsAssumedMillimetres:
      (
        "Lengths were taken as millimetres",
        "The header names no unit of length. Check the spacing in the response; set xyzt_units if it is wrong."
      )
    case .qformSformConflict:
      (
        "The two orientations of the file disagree",
        "The sform was used and the qform was ignored. Find out which one is right, and remove the other."
      )
    case .spacingConflict:
      (
        "The spacing of the file is stated twice, differently",
        "pixdim and the transform (sform) give other distances between voxels, by more than 0.5 %, or pixdim is negative. The sform was used, as nibabel does; SimpleITK uses pixdim. A program that resampled the volume and forgot one of them leaves such a file. Find out which one is right, and set both: a wrong spacing makes the patient larger or smaller, and its scores mean little."
      )
    case .fieldOfViewShortX: Self.short("left to right")
    case .fieldOfViewShortY: Self.short("front to back")
    case .fieldOfViewShortZ: Self.short("head to foot")
    case .fieldOfViewLongX: Self.long("left to right")
    case .fieldOfViewLongY: Self.long("front to back")
    case .fieldOfViewLongZ: Self.long("head to foot")
    case .hounsfieldImplausible:
      (
        "The values do not look like Hounsfield units",
        "Air should lie near −1000 HU and soft tissue near 0. Common causes are a rescale that was lost or done twice, an inverted slope, and a picture of 0 to 255. Scores of such a volume mean little: convert the original series again."
      )
    case .lungMissing:
      (
        "There is hardly any lung",
        "Less than 5 % of the body has the density of lung (−950 to −500 HU); air and padding around the body, the table and the arms beside it do not count. The model knows chests only: check which part of the body the volume shows."
      )
    case .slicesRepeated:
      (
        "Slices are repeated",
        "Some slices equal the one before them, as when files were copied or a stack was put together wrongly. Export the series again."
      )
    case .slicesMissing:
      (
        "Slices may be missing",
        "Between two slices the body changes much more than between their neighbours. This is a guess from the voxels of a NIfTI file, which cannot say where each slice lies; the positions of a DICOM series are read, and missing slices are refused. Compare the number of slices with the series, and export it again."
      )
    case .seriesChosen:
      (
        "One of several series was chosen",
        "The DICOM files hold several CT series of one study, and the best chest series was used; POST /v1/diagnoses in /openapi.yaml lists the rules. Send one series alone to choose another."
      )
    case .outsideDomain:
      (
        "The volume is outside the model's domain",
        "The model names the data that it was made for, and this volume is unlike them: what its first layers see lies farther from those data than almost all of them do. No finding is called positive or negative, whoever chose the thresholds. Scores of such a volume mean little. The response lists the distance and the limit under volume.domain."
      )
    case .domainUnknown:
      (
        "It is not known whether the volume belongs to the model's domain",
        "The model names the data that it was made for, and the stored volume has no measured distance from them, as when it was imported from elsewhere. No finding is called positive or negative. Send the volume's file again: then it is measured."
      )
    }
  }

  private static func short(_ direction: String) -> WarningPage {
    (
      "The volume is short from \(direction)",
      "It covers less than the model expects in this direction, so part of the chest is not there and is padded. Scores of findings outside the volume mean nothing. Check the spacing, or send the whole chest."
    )
  }

  private static func long(_ direction: String) -> WarningPage {
    (
      "The volume is long from \(direction)",
      "It covers more than a scanner or a chest has in this direction. Either the spacing is wrong, or the volume shows more than a chest: check the spacing, or cut the chest out."
    )
  }
}

extension SummaryWarning {
  /// The page of this warning.
  var page: WarningPage {
    switch self {
    case .summarizerUnavailable:
      (
        "The chat service made no summary",
        "It did not respond in time, its response was larger than 4 KiB, or the model cannot read the summary. Rules made the summary instead. Operators find the reason in the service's log."
      )
    case .findingsLeftOut:
      (
        "Findings of the report were left out",
        "The model reads fewer than a hundred tokens, and the report has more findings than that. The first findings count; search for others one at a time."
      )
    }
  }
}
