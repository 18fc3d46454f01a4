internal import Inference
internal import Volumes

/// The title and explanation on a warning's page under `/problems/`.
typealias WarningPage = (title: String, explanation: String)

extension VolumeWarning.Kind {
  var page: WarningPage {
    switch self {
    case .orientationAssumed:
      (
        "The orientation was assumed",
        "The file has neither an sform nor a qform, so its axes were assumed to be left, posterior, superior. If the volume has another orientation, its scores are wrong: export it with its orientation."
      )
    case .unitsConverted:
      (
        "Lengths were converted to millimetres",
        "The header gives lengths in another unit, such as metres or micrometres. Check the spacing in the response."
      )
    case .unitsAssumedMillimetres:
      (
        "Lengths were assumed to be millimetres",
        "The header names no unit of length. Check the spacing in the response; set xyzt_units if it is wrong."
      )
    case .qformSformConflict:
      (
        "The two orientations of the file disagree",
        "The sform was used and the qform was ignored. Check which one is right, and remove the other one."
      )
    case .spacingConflict:
      (
        "The file states two different spacings",
        "The spacings of pixdim and the sform differ by more than 0.5 %, or pixdim is negative. The service used the sform, like nibabel; SimpleITK uses pixdim. Programs that resample a volume and update only one of them write such files. Check which spacing is right, and correct the other one. With a wrong spacing, the patient's size is wrong, and the scores mean little."
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
        "Air should lie near −1000 HU and soft tissue near 0. Common causes are a rescale that was lost or applied twice, an inverted slope, and a screen image of 0 to 255. Scores of such a volume mean little: convert the original series again."
      )
    case .lungMissing:
      (
        "The volume shows hardly any lung",
        "Less than 5 % of the body has the density of lung (−950 to −500 HU). Air and padding around the body, the table and the arms do not count. The model knows only chests: check which part of the body the volume shows."
      )
    case .slicesRepeated:
      (
        "Slices are repeated",
        "Some slices are equal to the preceding slice, for example because files were copied or a stack was assembled wrongly. Export the series again."
      )
    case .slicesMissing:
      (
        "Slices may be missing",
        "Between two slices the body changes much more than between their neighbours. This is a guess from the voxels, because a NIfTI file does not contain the position of each slice. For a DICOM series the positions are read, and missing slices are refused. Compare the number of slices with the series, and export it again."
      )
    case .seriesChosen:
      (
        "One of several series was chosen",
        "The DICOM files contain several CT series of one study, and the best chest series was used; POST /v1/diagnoses in /openapi.yaml lists the rules. To use another series, send it alone."
      )
    case .outsideDomain:
      (
        "The volume is outside the model's domain",
        "The model states which data it was made for, and this volume differs from those data. Measured in the model's first layers, the distance of this volume is greater than that of almost all volumes among those data. No finding is called positive or negative, whatever the thresholds. Scores of such a volume mean little. The response lists the distance and the limit under volume.domain."
      )
    case .domainUnknown:
      (
        "The volume's distance from the model's domain is unknown",
        "The model states which data it was made for, but the distance of this stored volume from those data was never measured, for example because it was imported. No finding is called positive or negative. Send the volume's file again to measure it."
      )
    }
  }

  private static func short(_ direction: String) -> WarningPage {
    (
      "The volume is short from \(direction)",
      "The volume covers less than the model expects in this direction, so the missing part of the chest is padded. Scores of findings outside the volume mean nothing. Check the spacing, or send the whole chest."
    )
  }

  private static func long(_ direction: String) -> WarningPage {
    (
      "The volume is long from \(direction)",
      "The field of view is larger than a scanner's or a chest in this direction. Either the spacing is wrong, or the volume shows more than a chest. Check the spacing, or crop the volume to the chest."
    )
  }
}

extension SummaryWarning {
  var page: WarningPage {
    switch self {
    case .summarizerUnavailable:
      (
        "The chat service made no summary",
        "The chat service did not respond in time, its response was larger than 4 KiB, or the model cannot read the summary. Rules made the summary instead. The reason is in the service's log."
      )
    case .findingsLeftOut:
      (
        "Findings of the report were left out",
        "The model reads fewer than a hundred tokens, and the report has more findings than fit. The first findings are used; search for the others one at a time."
      )
    }
  }
}
