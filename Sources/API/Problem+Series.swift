internal import DICOM
internal import Inference
internal import StrictJSON

extension Problem {
  /// Refused DICOM files in words: counts only.
  init(_ error: SeriesError) {
    switch error {
    case .zipCorrupt(let fault): self.init(.zipCorrupt, Self.words(for: fault))
    case .zipUnsupported(let feature):
      self.init(
        .containerUnsupported, "The ZIP \(Self.words(for: feature)).",
        hint: "Pack the files again, for example with zip -r series.zip FOLDER.")
    case .nestedArchives(let files):
      self.init(
        .containerUnsupported,
        "The ZIP holds no DICOM image of a CT, but \(files) ZIPs, which are not unpacked.",
        actual: .integer(files),
        hint: "Unpack them, and pack the images of one CT series: zip -r series.zip FOLDER.")
    case .tooManyFiles(let limit, let actual):
      self.init(
        .tooManyParts, "There are \(actual) files, at most \(limit) are taken.",
        limit: .integer(limit), actual: .integer(actual))
    case .inflatedTooLarge(let limit):
      self.init(
        .inflatedTooLarge, "The ZIP declares more than \(limit) bytes.", limit: .integer(limit))
    case .zipDirectoryTooLarge(let limit):
      self.init(
        .bodyTooLarge,
        "The ZIP's directory, or a name, extra field or comment in it, has more than \(limit) bytes.",
        limit: .integer(limit),
        hint: "Pack the files again under short names, for example with zip -r series.zip FOLDER.")
    case .tooManyElements(let limit):
      self.init(
        .tooManyParts, "The heads of the DICOM files have more than \(limit) elements.",
        limit: .integer(limit), hint: "Send the images of one CT series only.")
    case .noImages(let files):
      self.init(
        .containerUnsupported, "None of the \(files) files is a DICOM image of a CT.",
        hint: "Send the images of one CT series; a NIfTI file goes without a ZIP.")
    case .tooFewImages(let found, let needed):
      self.init(
        .tooFewSlices, "The longest series has \(found) images, a volume needs \(needed).",
        limit: .integer(needed), actual: .integer(found))
    case .transferSyntaxUnsupported:
      self.init(.transferSyntaxUnsupported, "The pixels are in an encoding that is not read.")
    case .mixedStudies(let studies, let series):
      self.init(
        .mixedSeries, "The files belong to \(studies) studies with \(series) CT series.",
        limit: 1, actual: .integer(studies))
    case .mixedSeries(let series):
      self.init(
        .mixedSeries, "The files hold \(series) CT series, and nothing tells the best two apart.",
        limit: 1, actual: .integer(series))
    case .mixedPatients(let patients):
      self.init(
        .mixedSeries, "The files of the study name \(patients) patients.",
        limit: 1, actual: .integer(patients),
        hint: "Send the files of one patient.")
    case .unreadableHeads(let files):
      self.init(
        .seriesInconsistent,
        "The headers of \(files) DICOM files cannot be read. They may be images of the series.",
        limit: 0, actual: .integer(files),
        hint: "Copy these files again, or leave them out.")
    case .inconsistent(let fault): self.init(.seriesInconsistent, Self.words(for: fault))
    case .pixelSpacing(let images):
      self.init(
        .spacingOutOfRange,
        "PixelSpacing of \(images) images is missing, unreadable, or not 0.05 to 20 mm.",
        hint: "Export the series again; PixelSpacing must be two decimal numbers.")
    case .pixels(let fault, let images):
      let (type, words) = Self.words(for: fault)
      self.init(type, "\(words) Images: \(images).")
    case .volumeTooLarge(let limit):
      self.init(
        .volumeTooLarge, "The images have more than \(limit) bytes once decoded.",
        limit: .integer(limit))
    case .tooManyVoxels(let limit, let actual):
      self.init(
        .volumeTooLarge,
        "The volume has \(actual) rows, columns or images; at most \(limit) are read.",
        limit: .integer(limit), actual: .integer(actual))
    case .converterMissing:
      self.init(
        .containerUnsupported, "This service reads no DICOM: dcm2niix is not installed.",
        hint: "Send a .nii or .nii.gz file; on Debian, apt-get install dcm2niix mends the service.")
    case .notConverted:
      self.init(
        .seriesInconsistent, "dcm2niix did not make one volume of the images.",
        hint: "Try dcm2niix on the series, and send the .nii file that it makes.")
    case .tooSlow(let seconds):
      self.init(
        .deadline, "Unpacking and decoding took more than \(seconds) s.", limit: .integer(seconds))
    case .storageFull: self.init(.storageFull, "There is no room to unpack the files.")
    case .inputOutput: self.init(.internalError, "The DICOM files could not be read.")
    case .cancelled: self.init(InferenceError.cancelled)
    }
  }

  private static func words(for fault: SeriesError.ZipFault) -> String {
    switch fault {
    case .directory: "The ZIP's directory is not there, or contradicts itself."
    case .overlap: "Entries of the ZIP overlap."
    case .name:
      "A name in the ZIP is absolute, leads out of the folder, or is a link's."
    case .content: "An entry of the ZIP is cut off, or its length or checksum is wrong."
    }
  }

  private static func words(for feature: SeriesError.ZipFeature) -> String {
    switch feature {
    case .encryption: "is encrypted"
    case .compression: "uses another compression than DEFLATE"
    case .split: "is one of several"
    }
  }

  private static func words(for fault: SeriesError.PixelFault) -> (ProblemType, String) {
    switch fault {
    case .format:
      (
        .headerInconsistent,
        "BitsAllocated, BitsStored, HighBit or PixelRepresentation are missing, contradict each other, or are not read."
      )
    case .rescale:
      (.headerInconsistent, "RescaleSlope or RescaleIntercept cannot be read, or the slope is 0.")
    case .short:
      (.truncatedVolume, "The pixels end before all rows and columns are filled.")
    case .long:
      (.headerInconsistent, "There are more pixels than Rows, Columns and the bits call for.")
    case .compressed:
      (
        .headerInconsistent,
        "The compressed pixels are damaged, or their size, depth or encoding is not that of the DICOM header."
      )
    case .bits: (.headerInconsistent, "Pixels have values that do not fit into BitsStored.")
    }
  }

  private static func words(for fault: SeriesError.SeriesFault) -> String {
    switch fault {
    case .slicesMissing(let places): "Images are missing in \(places) places."
    case .samePlace(let count): "\(count) images lie where another one does."
    case .spacing: "The distance between images varies."
    case .geometry: "The images differ in size, pixel distance or direction."
    case .tilted(let degrees): "The stack leans by \(degrees) degrees."
    case .beside(let count): "\(count) images lie beside the line of the others."
    case .positionMissing: "Images have no readable position or direction."
    case .frameCount: "The number of frames is not that of their positions."
    }
  }
}
