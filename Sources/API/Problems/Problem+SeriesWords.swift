internal import DICOM

extension SeriesError.FileCount {
  /// Which files there were instead of images of a CT.
  static func words(files: Int, found: [SeriesError.FileCount]) -> String {
    if found.count == 1, found[0].kind == .notDICOM {
      return files == 1 ? "The file is not DICOM." : "None of the \(files) files is DICOM."
    }
    let counts = found.map { "\($0.count) \($0.kind.words)" }
    let start = files == 1 ? "The file is not" : "None of the \(files) files is"
    return "\(start) a DICOM image of a CT"
      + (counts.isEmpty ? "." : ": \(counts.joined(separator: ", ")).")
  }

  /// What to send instead.
  static func hint(_ found: [SeriesError.FileCount]) -> String {
    guard !found.contains(where: { $0.kind == .contradiction }) else {
      return "Modality must be CT in images of the SOP class CT Image Storage."
    }
    return found.contains { $0.kind != .notDICOM }
      ? "Send the images of one CT series."
      : "A DICOM file has DICM behind its first 128 bytes, or begins with group 0002 or 0008. A NIfTI file goes without a ZIP."
  }
}

extension SeriesError.FileKind {
  fileprivate var words: String {
    switch self {
    case .notDICOM: "not DICOM"
    case .nuclearMedicine: "nuclear medicine (NM, SPECT)"
    case .positronEmission: "PET"
    case .magneticResonance: "MR"
    case .radiograph: "radiography or angiography"
    case .ultrasound: "ultrasound"
    case .secondaryCapture: "Secondary Capture, which has no Hounsfield units"
    case .radiotherapy: "radiotherapy (dose, plan or structures)"
    case .segmentation: "segmentation"
    case .document: "report or presentation state"
    case .localizer: "localizer (scout)"
    case .picture: "picture in colours"
    case .contradiction: "with the SOP class of CT and another Modality"
    case .other: "of another kind"
    }
  }
}

extension SeriesError.PixelEncoding {
  /// Why pixels are not read, and what helps.
  var words: (text: String, hint: String) {
    switch self {
    case .jpegLS:
      (
        "The pixels are compressed as JPEG-LS, which is not read.",
        "Decompress each file, for example with dcmdjpls IN.dcm OUT.dcm or gdcmconv --raw IN.dcm OUT.dcm."
      )
    case .deflated:
      (
        "The data sets are deflated (transfer syntax 1.2.840.10008.1.2.1.99), which is not read.",
        "Write each file without deflation, for example with dcmconv +te IN.dcm OUT.dcm."
      )
    case .lossyJPEG:
      (
        "The pixels are compressed as JPEG with loss, which changes Hounsfield units.",
        "Send the original images. dcmdjpeg IN.dcm OUT.dcm decodes what is left of them."
      )
    case .lossyJPEG2000:
      (
        "The pixels are compressed as JPEG 2000 that may lose (transfer syntax 91), which is not read.",
        "Send the original images, or decode each file, for example with gdcmconv --raw IN.dcm OUT.dcm."
      )
    case .highThroughputJPEG2000:
      (
        "The pixels are compressed as high-throughput JPEG 2000, which is not read.",
        "Export the series uncompressed (Explicit VR Little Endian)."
      )
    case .unknown:
      (
        "The transfer syntax is not one that is read: uncompressed, JPEG lossless (57, 70), JPEG 2000 lossless (90) or RLE.",
        "Write each file uncompressed, for example with gdcmconv --raw IN.dcm OUT.dcm."
      )
    }
  }
}

extension SeriesError.PixelFault {
  /// What is wrong with pixels, and what helps.
  var words: (type: ProblemType, text: String, hint: String?) {
    switch self {
    case .format:
      (
        .headerInconsistent,
        "BitsAllocated, BitsStored, HighBit or PixelRepresentation are missing, contradict each other, or are not read.",
        nil
      )
    case .rescale:
      (
        .headerInconsistent, "RescaleSlope or RescaleIntercept cannot be read, or the slope is 0.",
        "They must be decimal numbers with a point, not a comma."
      )
    case .rescaleMissing:
      (
        .headerInconsistent,
        "RescaleSlope or RescaleIntercept is missing in some images, and others of the series have it.",
        "Export the series again. Nothing says which Hounsfield units these images have."
      )
    case .unit:
      (
        .notHounsfield,
        "RescaleType says that the values are not Hounsfield units, as in a map of iodine or of electron density.",
        "Send the CT series that it was made of."
      )
    case .short:
      (.truncatedVolume, "The pixels end before all rows and columns are filled.", nil)
    case .long:
      (.headerInconsistent, "There are more pixels than Rows, Columns and the bits call for.", nil)
    case .compressed:
      (
        .headerInconsistent,
        "The compressed pixels are damaged, or their size, depth or encoding is not that of the DICOM header.",
        "Decompress the original files, for example with gdcmconv --raw IN.dcm OUT.dcm, and send the series again."
      )
    case .fragments:
      (
        .headerInconsistent,
        "The compressed frames lie in several fragments, and no offset table says which fragments are one frame.",
        "Decompress the file, for example with dcmdjpeg, dcmdrle or gdcmconv --raw IN.dcm OUT.dcm."
      )
    case .restarts:
      (
        .transferSyntaxUnsupported,
        "The lossless JPEG images have restart markers, which are not read.",
        "Decompress each file, for example with dcmdjpeg IN.dcm OUT.dcm or gdcmconv --raw IN.dcm OUT.dcm."
      )
    case .bits:
      (.headerInconsistent, "Pixels have values that do not fit into BitsStored.", nil)
    }
  }
}

extension SeriesError.SeriesFault {
  /// Why images do not make one volume, and what helps.
  var words: (text: String, hint: String?) {
    switch self {
    case .slicesMissing(let places, let usual, let widest):
      (
        "Images are missing in \(places) \(places == 1 ? "place" : "places"): most lie \(usual) mm apart, there up to \(widest) mm.",
        "Compare the number of files with the series in the archive, and export it again."
      )
    case .samePlace(let count):
      (
        count == 1
          ? "One image lies where another one does."
          : "\(count) images lie where another one does.",
        "Send one phase, energy or reconstruction alone. Rounded positions are read only if InstanceNumber counts the images without a gap."
      )
    case .spacing(let narrowest, let widest):
      (
        "The distance between images varies from \(narrowest) to \(widest) mm.",
        "Send images at equal distances; nothing is interpolated."
      )
    case .size(let sizes): ("The images have \(sizes) different sizes (Rows, Columns).", nil)
    case .pixelSpacings(let one, let other):
      (
        "PixelSpacing differs between images: \(one.map { "\($0)" }.joined(separator: " × ")) mm and \(other.map { "\($0)" }.joined(separator: " × ")) mm.",
        "Send images of one reconstruction."
      )
    case .directions(let degrees):
      (
        "ImageOrientationPatient differs between images by up to \(degrees) degrees.",
        "Leave out scouts and reformatted images of other directions."
      )
    case .tilted(let degrees):
      (
        "The stack leans by \(degrees) degrees; at most 1 is read (a tilted gantry).",
        "Send a reconstruction perpendicular to the table, or a NIfTI file that was resampled."
      )
    case .beside(let count, let millimetres):
      (
        "\(count) images lie up to \(millimetres) mm beside the line of the others; at most 0.5 mm is read.",
        "Compare ImagePositionPatient of the images, and export the series again."
      )
    case .position(let images):
      (
        "ImagePositionPatient of \(images) images is missing, or not three decimal numbers.",
        "They must be decimal numbers with a point, not a comma. Export the series again."
      )
    case .direction(let images):
      (
        "ImageOrientationPatient of \(images) images is missing, or not two perpendicular directions.",
        "It must be six decimal numbers with a point, not a comma. Export the series again."
      )
    case .frameCount:
      (
        "NumberOfFrames is not the number of frames that have a position (PerFrameFunctionalGroupsSequence).",
        "Export the series again, or as single images."
      )
    }
  }
}
