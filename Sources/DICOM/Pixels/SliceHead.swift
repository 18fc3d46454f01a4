import Formats
import Glibc

/// The DICOM header of one image for the converter.
///
/// It contains only checked values and no text from the upload's header. All images have the same invented series.
/// Pixels are unsigned 16-bit words with slope 1 and intercept 0, so that the converter returns the stored words
/// unchanged. ``StoredValues`` applies sign, slope and intercept later.
struct SliceHead {
  let volume: ImageStack.Volume
  /// The transfer syntax of the source file. Uncompressed pixels are always written as little endian.
  let transferSyntax: String

  private static let root = "1.2.826.0.1.3680043.8.498.1"
  private static let sopClass = "1.2.840.10008.5.1.4.1.1.2"
  private static let decimalPlaces = 1e7

  private var isNative: Bool { TransferSyntax.native.contains(transferSyntax) }

  /// Returns all bytes that precede the pixels.
  ///
  /// - Parameters:
  ///   - index: The index of the image in the volume, starting at 0.
  ///   - pixelBytes: Length of the pixels in bytes. A compressed image is one fragment of even length.
  func bytes(index: Int, pixelBytes: Int) -> [UInt8] {
    let meta =
      Self.element(.metaVersion, [0, 1]) + Self.text(.mediaSOPClassUID, Self.sopClass)
      + Self.text(.mediaSOPInstanceUID, "\(Self.root).\(index + 1)")
      + Self.text(
        .transferSyntaxUID, isNative ? TransferSyntax.explicitLittleEndian : transferSyntax)
      + Self.text(.implementationClassUID, Self.root)
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
      + Self.element(.metaLength, Array(littleEndian: UInt32(meta.count))) + meta
      + identity(index) + geometry(index) + pixels(pixelBytes)
  }

  /// The bytes that follow the pixels.
  var tail: [UInt8] { isNative ? [] : Self.mark(DataSetReader.sequenceEnd, 0) }

  private func identity(_ index: Int) -> [UInt8] {
    Self.text(.imageType, "ORIGINAL\\PRIMARY\\AXIAL")
      + Self.text(.sopClassUID, Self.sopClass)
      + Self.text(.sopInstanceUID, "\(Self.root).\(index + 1)")
      + Self.text(.studyDate, "20000101") + Self.text(.studyTime, "000000")
      + Self.text(.modality, "CT") + Self.text(.sliceThickness, Self.decimal(volume.step))
      + Self.text(.studyInstanceUID, "\(Self.root).0.1")
      + Self.text(.seriesInstanceUID, "\(Self.root).0.2") + Self.text(.seriesNumber, "1")
      + Self.text(.acquisitionNumber, "1") + Self.text(.instanceNumber, "\(index + 1)")
  }

  private func geometry(_ index: Int) -> [UInt8] {
    let position = volume.position + volume.axes.normal * (Double(index) * volume.step)
    let (row, column) = (volume.axes.row, volume.axes.column)
    return Self.decimals(.imagePosition, [position.x, position.y, position.z])
      + Self.decimals(.imageOrientation, [row.x, row.y, row.z, column.x, column.y, column.z])
      + Self.text(.frameOfReferenceUID, "\(Self.root).0.3") + Self.number(.samplesPerPixel, 1)
      + Self.text(.photometricInterpretation, "MONOCHROME2") + Self.number(.rows, volume.rows)
      + Self.number(.columns, volume.columns)
      + Self.decimals(.pixelSpacing, [volume.spacing.rows, volume.spacing.columns])
      + Self.number(.bitsAllocated, 16) + Self.number(.bitsStored, 16) + Self.number(.highBit, 15)
      + Self.number(.pixelRepresentation, 0) + Self.text(.rescaleIntercept, "0")
      + Self.text(.rescaleSlope, "1")
  }

  private func pixels(_ byteCount: Int) -> [UInt8] {
    let length = isNative ? UInt32(truncatingIfNeeded: byteCount) : UInt32.max
    let head =
      Self.tag(DataSetReader.pixelData) + Array((isNative ? "OW" : "OB").utf8) + [0, 0]
      + Array(littleEndian: length)
    return isNative
      ? head : head + Self.mark(DataSetReader.item, 0) + Self.mark(DataSetReader.item, byteCount)
  }

  /// Formats a number with 7 decimals and at most 16 characters.
  static func decimal(_ value: Double) -> String {
    let digits = CheckedNumber.whole(
      value * decimalPlaces, in: -9_999_999_999_999...9_999_999_999_999)
    let (whole, places) = (abs(digits ?? 0)).quotientAndRemainder(dividingBy: 10_000_000)
    let fraction = String(places + 10_000_000).dropFirst()
    return "\((digits ?? 0) < 0 ? "-" : "")\(whole).\(fraction)"
  }

  private static func decimals(_ attribute: DICOMAttribute, _ values: [Double]) -> [UInt8] {
    text(attribute, values.map(decimal).joined(separator: "\\"))
  }

  private static func number(_ attribute: DICOMAttribute, _ value: Int) -> [UInt8] {
    element(attribute, Array(littleEndian: UInt16(truncatingIfNeeded: value)))
  }

  private static func text(_ attribute: DICOMAttribute, _ text: String) -> [UInt8] {
    var value = Array(text.utf8)
    if !value.count.isMultiple(of: 2) {
      value.append(attribute.representation == .uniqueIdentifier ? 0 : 0x20)
    }
    return element(attribute, value)
  }

  private static func element(_ attribute: DICOMAttribute, _ value: [UInt8]) -> [UInt8] {
    let length =
      attribute.representation == .otherByte
      ? [0, 0] + Array(littleEndian: UInt32(truncatingIfNeeded: value.count))
      : Array(littleEndian: UInt16(truncatingIfNeeded: value.count))
    return tag(attribute.tag) + Array(attribute.representation.rawValue.utf8) + length + value
  }

  private static func tag(_ tag: DataSetReader.Tag) -> [UInt8] {
    Array(littleEndian: UInt16(tag >> 16)) + Array(littleEndian: UInt16(tag & 0xffff))
  }

  /// Returns the header of an item, or a delimiter.
  private static func mark(_ tag: DataSetReader.Tag, _ byteCount: Int) -> [UInt8] {
    self.tag(tag) + Array(littleEndian: UInt32(truncatingIfNeeded: byteCount))
  }
}
