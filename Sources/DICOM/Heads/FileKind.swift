extension SeriesError {
  /// The kind of a file that is not a CT image.
  public enum FileKind: Int, Sendable, CaseIterable {
    /// The file does not start like DICOM. It may be a text, a picture or an archive, for example.
    case notDICOM
    /// A SPECT image or a scintigram.
    case nuclearMedicine
    /// A PET image.
    case positronEmission
    /// An MR image.
    case magneticResonance
    /// A radiograph, angiogram or mammogram.
    case radiograph
    /// An ultrasound image.
    case ultrasound
    /// A Secondary Capture, for example of a screen. Its values are not Hounsfield units.
    case secondaryCapture
    /// A dose, plan or structure set of radiotherapy.
    case radiotherapy
    /// A segmentation.
    case segmentation
    /// A report, a presentation state or a document.
    case document
    /// A CT scout (localizer).
    case localizer
    /// A colour image from a CT.
    case picture
    /// The SOP class says CT but the modality does not, or the modality says CT but the SOP class does not.
    case contradiction
    /// Another DICOM object.
    case other
  }

  /// The number of files of one kind.
  public struct FileCount: Sendable, Equatable {
    /// The kind of the files.
    public let kind: FileKind
    /// The number of files.
    public let count: Int
  }
}

/// Derives the kind of a file from its SOP class and modality.
///
/// - Source: DICOM PS3.4, B.5; PS3.3, C.7.3.1.1.1.
enum ObjectKind {
  /// The SOP classes CT, enhanced CT, and legacy converted enhanced CT. UIDs must match completely, because the UIDs
  /// of other classes start with the same digits.
  static let computedTomography: Set<String> = [
    "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2",
  ]

  /// Prefix of the UIDs that the DICOM standard defines. Other UIDs belong to vendors.
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

  /// Returns the kind of a file that is not a CT image, given its SOP class and modality.
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
  /// True if the SOP class and modality say that the file is a CT.
  ///
  /// A file with the standard class of another object is not a CT, even if its modality is CT. For example, a
  /// Secondary Capture of a CT contains no Hounsfield units. A file with another modality is not a CT, even if its
  /// class is CT. If the class is missing or a vendor's own, the modality decides.
  var claimsTomography: Bool {
    if hasTomographyClass { return modality.isEmpty || modality == "CT" }
    return modality == "CT" && !sopClass.hasPrefix(ObjectKind.standardRoot)
  }

  var hasTomographyClass: Bool { ObjectKind.computedTomography.contains(sopClass) }

  /// The kind of a file that is not a CT image.
  var otherKind: SeriesError.FileKind {
    guard claimsTomography else { return ObjectKind.named(sopClass, modality) }
    if isScout { return .localizer }
    return isPicture ? .picture : .other
  }
}
