import Files
import Glibc

/// The header of a DICOM file. Its values are enough to choose a series, to check that the series is one volume, and
/// to find the pixels.
///
/// The values never reach a response, a log or the converter.
struct ImageHeader: Sendable, Equatable {
  var transferSyntax = ""
  var sopClass = ""
  var sopInstance = ""
  var imageType: [String] = []
  var modality = ""
  /// The body region in BodyPartExamined.
  var region = BodyRegion.unknown
  var patient = Patient()
  var study = ""
  var series = ""
  var seriesNumber: Int?
  /// The image's number in its series. Numbers usually follow the order of the images.
  var instanceNumber: Int?
  /// Number of frames; nil if it is unreadable.
  var frames: Int? = 1
  /// The planes of all frames, in the order of their pixels.
  var planes: [ImagePlane] = []
  var rows = 0
  var columns = 0
  var samplesPerPixel = 1
  var photometric = ""
  var bitsAllocated = 0
  var bitsStored = 0
  var highBit: Int?
  /// 0 for unsigned, 1 for signed.
  var pixelRepresentation: Int?
  /// The start and length of the pixels; nil if the file has no pixels.
  var pixels: DataSetReader.PixelElement?
  /// True if stored numbers are big-endian.
  var isBigEndian = false
  /// True if reading ended at the pixels, or at the end of the file directly after an element.
  var isComplete = false

  /// The elements that identify the patient.
  struct Patient: Sendable, Hashable {
    var id = ""
    var name = ""
    var birthDate = ""
  }

  /// Number of bytes that each attempt reads. Further attempts are made until the header is complete.
  private static let headBytes = [64 << 10, 2 << 20, 16 << 20]
  private static let preambleBytes = 128
  private static let mostFrames = 100_000
  /// The range of a DICOM integer string.
  private static let integers = Int(Int32.min)...Int(Int32.max)

  /// Reads the header of a file.
  ///
  /// - Parameters:
  ///   - start: The offset of the file in `source`.
  ///   - byteCount: The length of the file in bytes.
  ///   - budget: Counts the elements that are read.
  /// - Returns: nil if the file is not DICOM. If the header ends too early, `isComplete` is false.
  /// - Throws: ``SeriesError/inputOutput(errno:)`` or ``SeriesError/tooManyElements(limit:)``.
  static func read(
    _ source: FileRegion, at start: Int, byteCount: Int, budget: HeadBudget = HeadBudget()
  ) throws(SeriesError) -> ImageHeader? {
    var header: ImageHeader?
    for count in headBytes {
      let bytes = try source.piece(at: start, count: min(count, byteCount))
      guard FileStart(bytes) != nil else { return isBlank(bytes) ? ImageHeader() : nil }
      header = ImageHeader(bytes, isWhole: count >= byteCount, budget: budget)
      try budget.requireModest()
      if header?.isComplete ?? true || count >= byteCount { return header }
    }
    return header
  }

  /// True if the file looks like the result of a failed copy. Such a file ends within an empty preamble or within
  /// `DICM`, or its first 132 bytes are zero.
  static func isBlank(_ bytes: [UInt8]) -> Bool {
    let preamble = bytes.prefix(preambleBytes)
    let rest = bytes.dropFirst(preambleBytes).prefix(4)
    return !bytes.isEmpty && preamble.allSatisfy { $0 == 0 }
      && ("DICM".utf8.starts(with: rest) || rest.allSatisfy { $0 == 0 })
  }

  /// Makes an empty header.
  private init() {}

  /// Reads a header from the first bytes of a file.
  ///
  /// - Parameter isWhole: True if `bytes` contains the whole file.
  /// - Returns: nil if the bytes are not DICOM.
  init?(_ bytes: [UInt8], isWhole: Bool, budget: HeadBudget = HeadBudget()) {
    budget.beginHead()
    guard let start = FileStart(bytes) else { return nil }
    var dataStart = start.place
    // Group 2 should always have explicit encoding, but some software encodes it like the other groups.
    var meta = DataSetReader(bytes, from: dataStart, start.encoding, budget: budget)
    while let element = meta.next(), element.tag >> 16 == 2 {
      switch element.tag {
      case .mediaSOPClassUID: sopClass = Self.text(bytes[element.value])
      case .transferSyntaxUID: transferSyntax = Self.text(bytes[element.value])
      default: break
      }
      dataStart = element.value.upperBound
    }
    let shown = FileStart.encoding(of: bytes, at: dataStart)
    // A deflated data set cannot be read here. The transfer syntax is refused later.
    if transferSyntax == TransferSyntax.deflated, shown != .explicitLittleEndian { return }
    // The bytes show the encoding, because the transfer syntax may be wrong or missing.
    let encoding = shown ?? TransferSyntax.encoding(transferSyntax)
    if TransferSyntax.uncompressed.contains(transferSyntax) {
      transferSyntax = TransferSyntax.native(encoding)
    }
    isBigEndian = encoding == .explicitBigEndian
    var plane = ImagePlane()
    var (shared, perFrame): (DataSetReader.Element?, DataSetReader.Element?)
    var reader = DataSetReader(bytes, from: dataStart, encoding, budget: budget)
    // If an element is repeated, only its last occurrence is decoded.
    var elements: [DataSetReader.Tag: DataSetReader.Element] = [:]
    while let element = reader.next() {
      switch element.tag {
      case .sharedFunctionalGroups: shared = element
      case .perFrameFunctionalGroups: perFrame = element
      default: elements[element.tag] = element
      }
    }
    for element in elements.values {
      let value = Value(bytes: bytes[element.value], isBigEndian: isBigEndian)
      take(element, value)
      plane.take(element.tag, Self.numberText(bytes[element.value]))
    }
    pixels = reader.pixels
    isComplete = pixels != nil || (isWhole && reader.isAtEnd)
    if let perFrame {
      planes = FunctionalGroups(bytes: bytes, budget: budget).planes(
        plane, shared: shared, perFrame: perFrame)
    } else if frames == 1 {
      planes = [plane]
    }
  }

  private struct Value {
    let bytes: ArraySlice<UInt8>
    let isBigEndian: Bool

    var text: String { ImageHeader.text(bytes) }
    var texts: [String] {
      text.split(separator: "\\", omittingEmptySubsequences: false).map {
        String($0.drop { $0 == " " })
      }
    }

    /// The value as a 2-byte number, or as the 4-byte number that some software writes; nil for any other length.
    var integer: Int? {
      guard bytes.count == 2 || bytes.count == 4 else { return nil }
      return isBigEndian
        ? bytes.reduce(0) { $0 << 8 | Int($1) } : bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
  }

  /// Returns the text before the first zero byte, without trailing spaces.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let text = bytes.prefix(1024).prefix { $0 != 0 }
    let end = text.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? text.startIndex
    return String(decoding: text[text.startIndex..<end], as: UTF8.self)
  }

  /// Returns the text of a number with its padding. The text continues after a zero byte, so that such a number is
  /// unreadable.
  static func numberText(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix(1024), as: UTF8.self)
  }

  /// Decodes text as UTF-8, or as Latin-1 if it is not valid UTF-8.
  private static func words(_ bytes: ArraySlice<UInt8>) -> String {
    let bytes = bytes.prefix(1024)
    return String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  private mutating func take(_ element: DataSetReader.Element, _ value: Value) {
    switch element.tag {
    case .imageType: imageType = value.texts
    case .sopClassUID: sopClass = value.text
    case .sopInstanceUID: sopInstance = value.text
    case .modality: modality = value.text.uppercased()
    case .patientName: patient.name = value.text
    case .patientID: patient.id = value.text
    case .patientBirthDate: patient.birthDate = value.text
    case .bodyPartExamined: region = BodyRegion(Self.words(value.bytes))
    case .studyInstanceUID: study = value.text
    case .seriesInstanceUID: series = value.text
    case .seriesNumber: seriesNumber = CheckedNumber.integer(value.text, in: Self.integers)
    case .instanceNumber: instanceNumber = CheckedNumber.integer(value.text, in: Self.integers)
    default: takePixelElement(element.tag, value)
    }
  }

  private mutating func takePixelElement(_ tag: DataSetReader.Tag, _ value: Value) {
    switch tag {
    case .samplesPerPixel: samplesPerPixel = value.integer ?? 0
    case .photometricInterpretation: photometric = value.text
    case .numberOfFrames: frames = CheckedNumber.integer(value.text, in: 1...Self.mostFrames)
    case .rows: rows = value.integer ?? 0
    case .columns: columns = value.integer ?? 0
    case .bitsAllocated: bitsAllocated = value.integer ?? 0
    case .bitsStored: bitsStored = value.integer ?? 0
    case .highBit: highBit = value.integer ?? -1
    case .pixelRepresentation: pixelRepresentation = value.integer ?? -1
    default: break
    }
  }
}

extension ImageHeader {
  /// True if the file is a CT image with pixels. Scouts, reports and screenshots are not.
  var isImage: Bool {
    claimsTomography && isComplete && pixels != nil && rows > 0 && columns > 0 && !isPicture
      && !isScout
  }

  /// True if the file is unreadable and may be a CT image. Such a file claims to be a CT image, or it ends before its
  /// SOP class and modality.
  var isUnread: Bool {
    guard !isImage, !isScout else { return false }
    if claimsTomography { return !isPicture }
    return !isComplete && modality.isEmpty && sopClass.isEmpty
  }

  /// True if the file has the SOP class of a CT but is a colour image.
  var isMisfit: Bool { hasTomographyClass && isPicture && !isScout }

  var isPicture: Bool { samplesPerPixel != 1 || photometric == "PALETTE COLOR" }
  var isScout: Bool {
    imageType.contains("LOCALIZER") || imageType.contains("SCREEN SAVE")
  }
}
