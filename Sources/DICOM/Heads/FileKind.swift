extension SeriesError {
  /// The kind of a file that is not an image of a CT.
  public enum FileKind: Int, Sendable, CaseIterable {
    /// A text, a picture, an archive: anything that does not start like DICOM.
    case notDICOM
    /// A SPECT or a scintigram.
    case nuclearMedicine
    /// A PET.
    case positronEmission
    /// An MR.
    case magneticResonance
    /// A radiograph, an angiogram or a mammogram.
    case radiograph
    /// An ultrasound.
    case ultrasound
    /// A Secondary Capture, of a screen for example; its values are not HU.
    case secondaryCapture
    /// A dose, plan or structure set of radiotherapy.
    case radiotherapy
    /// A segmentation.
    case segmentation
    /// A report, a presentation state or a document.
    case document
    /// A scout of a CT.
    case localizer
    /// A colour image of a CT.
    case picture
    /// The SOP class is CT, but the modality is not, or the other way round.
    case contradiction
    /// Another DICOM object.
    case other
  }

  /// Number of files of one kind.
  public struct FileCount: Sendable, Equatable {
    /// The files' kind.
    public let kind: FileKind
    /// The number of files.
    public let count: Int
  }
}

/// Finds the kind of a file by its class and modality.
///
/// - Source: DICOM PS3.4, B.5, and PS3.3, C.7.3.1.1.1.
enum ObjectKind {
  /// CT, enhanced CT and legacy converted enhanced CT. Whole UIDs are compared, because UIDs of
  /// other classes start alike.
  static let computedTomography: Set<String> = [
    "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2",
  ]

  /// Prefix of the UIDs that the standard defines. Other UIDs belong to vendors.
  static let standardRoot = "1.2.840.10008."

  private static let storage = "1.2.840.10008.5.1.4.1.1."

  private static let classes: [SeriesError.FileKind: Set<String>] = [
    .nuclearMedicine: ["20"], .positronEmission: ["128", "128.1", "130"],
    .magneticResonance: ["4", "4.1", "4.2", "4.3", "4.4"], .ultrasound: ["3.1", "6.1", "6.2"],
    .radiograph: [
      "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "12.1", "12.1.1", "12.2", "12.2.1",
      "13.1.1", "13.1.2", "13.1.3",
    ],
    .secondaryCapture: ["7", "7.1", "7.2", "7.3", "7.4"],
    .radiotherapy: ["481.1", "481.2", "481.3", "481.4", "481.5"], .segmentation: ["66.4", "66.5"],
    .document: [
      "11.1", "88.11", "88.22", "88.33", "88.34", "88.35", "88.40", "88.50", "88.59", "88.65",
      "88.67", "104.1",
    ],
  ]

  private static let modalities: [String: SeriesError.FileKind] = [
    "NM": .nuclearMedicine, "PT": .positronEmission, "MR": .magneticResonance, "US": .ultrasound,
    "CR": .radiograph, "DX": .radiograph, "MG": .radiograph, "XA": .radiograph,
    "RF": .radiograph, "RTDOSE": .radiotherapy, "RTSTRUCT": .radiotherapy,
    "RTPLAN": .radiotherapy, "RTIMAGE": .radiotherapy, "SEG": .segmentation, "SR": .document,
    "DOC": .document, "KO": .document, "PR": .document, "SC": .secondaryCapture,
  ]

  /// Returns the kind of a file with this class and modality, given that the file is not a CT.
  static func named(_ sopClass: String, _ modality: String) -> SeriesError.FileKind {
    if computedTomography.contains(sopClass) { return .contradiction }
    if sopClass.hasPrefix(storage) {
      let rest = String(sopClass.dropFirst(storage.count))
      if let kind = classes.first(where: { $0.value.contains(rest) })?.key { return kind }
    }
    return modalities[modality] ?? .other
  }
}

extension ImageHeader {
  /// True if the file claims to be a CT, by its class and modality.
  ///
  /// A file of another standard class is not a CT, whatever its modality; a Secondary Capture of a
  /// CT, for example, has no HU. A file of another modality is not a CT, whatever its class. If the
  /// class is a vendor's or missing, the modality decides.
  var claimsTomography: Bool {
    if hasTomographyClass { return modality.isEmpty || modality == "CT" }
    return modality == "CT" && !sopClass.hasPrefix(ObjectKind.standardRoot)
  }

  var hasTomographyClass: Bool { ObjectKind.computedTomography.contains(sopClass) }

  /// The file's kind, if it is not an image of a CT.
  var otherKind: SeriesError.FileKind {
    guard claimsTomography else { return ObjectKind.named(sopClass, modality) }
    if isScout { return .localizer }
    return isPicture ? .picture : .other
  }
}
