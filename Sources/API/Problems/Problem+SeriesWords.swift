internal import DICOM

extension SeriesError.FileCount {
  /// Describes how many files of each kind are not CT images.
  static func words(files: Int, found: [SeriesError.FileCount]) -> String {
    if found.count == 1, found[0].kind == .notDICOM {
      return files == 1 ? "The file is not DICOM." : "None of the \(files) files is DICOM."
    }
    let counts = found.map { "\($0.count) \($0.kind.words)" }
    let start = files == 1 ? "The file is not" : "None of the \(files) files is"
    return "\(start) a DICOM image of a CT"
      + (counts.isEmpty ? "." : ": \(counts.joined(separator: ", ")).")
  }

  /// A suggestion of what to send instead.
  static func hint(_ found: [SeriesError.FileCount]) -> String {
    guard !found.contains(where: { $0.kind == .contradiction }) else {
      return "Modality must be CT in images of the SOP class CT Image Storage."
    }
    return found.contains { $0.kind != .notDICOM }
      ? "Send the images of one CT series."
      : "A DICOM file has DICM after its first 128 bytes, or starts with group 0002 or 0008. Send a NIfTI file without a ZIP."
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
    case .picture: "colour image"
    case .contradiction: "with the SOP class of CT but another Modality"
    case .other: "of another kind"
    }
  }
}

extension SeriesError.PixelEncoding {
  /// The reason why the pixels are not supported, and a suggested fix.
  var words: (text: String, hint: String) {
    switch self {
    case .jpegLS:
      (
        "The pixels are compressed as JPEG-LS, which is not supported.",
        "Decompress each file, for example with dcmdjpls IN.dcm OUT.dcm or gdcmconv --raw IN.dcm OUT.dcm."
      )
    case .deflated:
      (
        "The data sets are deflated (transfer syntax 1.2.840.10008.1.2.1.99), which is not supported.",
        "Write each file without deflation, for example with dcmconv +te IN.dcm OUT.dcm."
      )
    case .lossyJPEG:
      (
        "The pixels are compressed as lossy JPEG, which changes Hounsfield units.",
        "Send the original images. dcmdjpeg IN.dcm OUT.dcm decodes them, but does not restore the original values."
      )
    case .lossyJPEG2000:
      (
        "The pixels are compressed as possibly lossy JPEG 2000 (transfer syntax 91), which is not supported.",
        "Send the original images, or decode each file, for example with gdcmconv --raw IN.dcm OUT.dcm."
      )
    case .highThroughputJPEG2000:
      (
        "The pixels are compressed as high-throughput JPEG 2000, which is not supported.",
        "Export the series uncompressed (Explicit VR Little Endian)."
      )
    case .unknown:
      (
        "The transfer syntax is not supported. Supported are uncompressed, JPEG lossless (57, 70), JPEG 2000 lossless (90) or RLE.",
        "Write each file uncompressed, for example with gdcmconv --raw IN.dcm OUT.dcm."
      )
    }
  }
}

extension SeriesError.PixelFault {
  /// The fault of the pixels, and a suggested fix.
  var words: (type: ProblemType, text: String, hint: String?) {
    switch self {
    case .format:
      (
        .headerInconsistent,
        "BitsAllocated, BitsStored, HighBit or PixelRepresentation are missing, unsupported, or contradict each other.",
        nil
      )
    case .rescale:
      (
        .headerInconsistent, "RescaleSlope or RescaleIntercept is unreadable, or the slope is 0.",
        "They must be decimal numbers with a point, not a comma."
      )
    case .rescaleMissing:
      (
        .headerInconsistent,
        "RescaleSlope or RescaleIntercept is missing in some images of the series.",
        "Export the series again. The Hounsfield units of these images are unknown."
      )
    case .unit:
      (
        .notHounsfield,
        "According to RescaleType the values are not Hounsfield units; they may be a map of iodine or of electron density.",
        "Send the original CT series."
      )
    case .short:
      (.truncatedVolume, "The pixels end before all rows and columns are filled.", nil)
    case .long:
      (.headerInconsistent, "The pixels are longer than Rows, Columns and the bits require.", nil)
    case .compressed:
      (
        .headerInconsistent,
        "The compressed pixels are damaged, or their size, depth or encoding contradicts the DICOM header.",
        "Decompress the original files, for example with gdcmconv --raw IN.dcm OUT.dcm, and send the series again."
      )
    case .fragments:
      (
        .headerInconsistent,
        "The compressed frames have several fragments, and no offset table assigns the fragments to frames.",
        "Decompress the file, for example with dcmdjpeg, dcmdrle or gdcmconv --raw IN.dcm OUT.dcm."
      )
    case .restarts:
      (
        .transferSyntaxUnsupported,
        "The lossless JPEG images have restart markers, which are not supported.",
        "Decompress each file, for example with dcmdjpeg IN.dcm OUT.dcm or gdcmconv --raw IN.dcm OUT.dcm."
      )
    case .bits:
      (.headerInconsistent, "Pixels have values that do not fit into BitsStored.", nil)
    }
  }
}

extension SeriesError.SeriesFault {
  /// The reason why the images do not form a volume, and a suggested fix.
  var words: (text: String, hint: String?) {
    switch self {
    case .slicesMissing(let places, let usual, let widest):
      (
        "Images are missing in \(places) \(places == 1 ? "place" : "places"): most are \(usual) mm apart, there up to \(widest) mm.",
        "Check that you sent as many images as the PACS has in this series, and export the series again."
      )
    case .samePlace(let count):
      (
        count == 1
          ? "One image is at the position of another one."
          : "\(count) images are at the position of another one.",
        "Send one phase, energy or reconstruction alone. Rounded positions are accepted only if InstanceNumber counts the images without a gap."
      )
    case .spacing(let narrowest, let widest):
      (
        "The distance between images varies from \(narrowest) to \(widest) mm.",
        "Send images at equal distances; the service does not interpolate."
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
        "The stack is tilted by \(degrees) degrees (gantry tilt); the limit is 1.",
        "Send a reconstruction perpendicular to the table, or a resampled NIfTI file."
      )
    case .beside(let count, let millimetres):
      (
        "\(count) images are up to \(millimetres) mm away from the line through the other images; the limit is 0.5 mm.",
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
        "NumberOfFrames is not the number of frames with a position (PerFrameFunctionalGroupsSequence).",
        "Export the series again, or as single images."
      )
    }
  }
}
