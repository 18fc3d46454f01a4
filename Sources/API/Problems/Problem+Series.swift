public import DICOM
internal import Inference
internal import StrictJSON

extension SeriesError: Refusal {
  /// The problem that describes this error of DICOM files. It contains counts, but nothing from the files.
  public var problem: Problem {
    switch self {
    case .zipCorrupt(let fault): Problem(.zipCorrupt, Self.words(for: fault))
    case .zipUnsupported(let feature):
      Problem(
        .containerUnsupported, "The ZIP \(Self.words(for: feature)).",
        hint: "Pack the files again, for example with zip -r series.zip FOLDER.")
    case .nestedArchives(let files):
      Problem(
        .containerUnsupported,
        "The ZIP contains no DICOM image of a CT, but \(files) ZIPs, which are not unpacked.",
        actual: .integer(files),
        hint: "Unpack them, and pack the images of one CT series: zip -r series.zip FOLDER.")
    case .tooManyFiles(let limit, let actual):
      Problem(
        .tooManyParts, "The upload has \(actual) files; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
    case .inflatedTooLarge(let limit):
      Problem(
        .inflatedTooLarge, "The ZIP declares more than \(limit) bytes.", limit: .integer(limit))
    case .zipDirectoryTooLarge(let limit):
      Problem(
        .bodyTooLarge,
        "The ZIP's directory, or a name, extra field or comment in it, has more than \(limit) bytes.",
        limit: .integer(limit),
        hint: "Pack the files again under short names, for example with zip -r series.zip FOLDER.")
    case .tooManyElements(let limit):
      Problem(
        .tooManyParts, "The headers of the DICOM files have more than \(limit) elements.",
        limit: .integer(limit), hint: "Send the images of one CT series only.")
    case .noImages(let files, let found):
      Problem(
        .containerUnsupported, SeriesError.FileCount.words(files: files, found: found),
        hint: SeriesError.FileCount.hint(found))
    case .tooFewImages(let found, let needed, let images, let series):
      Problem(
        .tooFewSlices,
        series > 1
          ? "The \(images) CT images have \(series) different SeriesInstanceUIDs. The longest series has \(found) images; a volume needs \(needed)."
          : "The longest series has \(found) images; a volume needs \(needed).",
        limit: .integer(needed), actual: .integer(found),
        hint: series > 1 && images >= needed
          ? "If they are one series, give them one SeriesInstanceUID, for example with dcmodify -nb -m SeriesInstanceUID=2.25.1 *.dcm."
          : nil)
    case .transferSyntaxUnsupported(let encoding):
      Problem(.transferSyntaxUnsupported, encoding.words.text, hint: encoding.words.hint)
    case .mixedStudies(let studies, let series):
      Problem(
        .mixedSeries, "The files belong to \(studies) studies with \(series) CT series.",
        limit: 1, actual: .integer(studies))
    case .mixedSeries(let series):
      Problem(
        .mixedSeries,
        "The files contain \(series) CT series, and the service cannot decide which of the best two to use.",
        limit: 1, actual: .integer(series))
    case .mixedPatients(let patients):
      Problem(
        .mixedSeries, "The files of the study belong to \(patients) patients.",
        limit: 1, actual: .integer(patients),
        hint: "Send the files of one patient.")
    case .unreadableHeads(let files):
      Problem(
        .seriesInconsistent,
        "The headers of \(files) DICOM files are unreadable. They may be images of the series.",
        limit: 0, actual: .integer(files),
        hint: "Copy these files again, or leave them out.")
    case .inconsistent(let fault):
      Problem(.seriesInconsistent, fault.words.text, hint: fault.words.hint)
    case .pixelSpacing(let images):
      Problem(
        .spacingOutOfRange,
        "PixelSpacing of \(images) images is missing, unreadable, or not 0.05 to 20 mm.",
        hint:
          "PixelSpacing must be two decimal numbers with a point, not a comma. Export the series again, or correct it with dcmodify -nb -m 'PixelSpacing=ROWS\\COLUMNS' *.dcm."
      )
    case .pixels(let fault, let images):
      Problem(
        fault.words.type, "\(fault.words.text) Images: \(images).", hint: fault.words.hint)
    case .volumeTooLarge(let limit):
      Problem(
        .volumeTooLarge, "The decoded images have more than \(limit) bytes.",
        limit: .integer(limit))
    case .tooManyVoxels(let limit, let actual):
      Problem(
        .volumeTooLarge,
        "The volume has \(actual) rows, columns or images; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
    case .converterMissing:
      Problem(
        .containerUnsupported, "This service does not accept DICOM: dcm2niix is not installed.",
        hint:
          "Send a .nii or .nii.gz file; on Debian, the operator can run apt-get install dcm2niix.")
    case .notConverted:
      Problem(
        .seriesInconsistent, "dcm2niix did not make one volume from the images.",
        hint:
          "Decompress each file, for example with gdcmconv --raw IN.dcm OUT.dcm, and send the series again."
      )
    case .convertedElsewhere:
      Problem(
        .internalError,
        "dcm2niix placed the images differently from their headers, so nothing was scored.",
        hint: "Install another version of dcm2niix, or send a NIfTI file.")
    case .tooSlow(let seconds):
      Problem(
        .deadline, "Unpacking and decoding took more than \(seconds) s.", limit: .integer(seconds))
    case .storageFull: Problem(.storageFull, "The disk has no space to unpack the files.")
    case .inputOutput: Problem(.internalError, "The DICOM files could not be read.")
    case .cancelled: InferenceError.cancelled.problem
    }
  }

  private static func words(for fault: SeriesError.ZipFault) -> String {
    switch fault {
    case .directory: "The ZIP's directory is missing or contradicts itself."
    case .overlap: "Entries of the ZIP overlap."
    case .name:
      "A name in the ZIP is absolute, leads out of the folder, or is a link."
    case .content: "An entry of the ZIP is cut off, or its length or checksum is wrong."
    }
  }

  private static func words(for feature: SeriesError.ZipFeature) -> String {
    switch feature {
    case .encryption: "is encrypted"
    case .compression: "uses a compression other than DEFLATE"
    case .split: "is a part of a split archive"
    }
  }
}
