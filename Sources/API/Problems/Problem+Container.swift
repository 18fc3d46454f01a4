internal import StrictJSON
internal import Volumes

extension VolumeError.Container {
  /// The end of a sentence that starts with "The file is", such as "compressed with Zstandard".
  var name: String {
    switch self {
    case .zstd: "compressed with Zstandard"
    case .bzip2: "compressed with bzip2"
    case .xz: "compressed with xz"
    case .lz4: "compressed with LZ4"
    case .compress: "compressed with compress"
    case .zip: "a ZIP"
    case .sevenZip: "a 7z archive"
    case .rar: "a RAR archive"
    case .tar: "a tar archive"
    case .executable: "a program, perhaps a self-extracting archive"
    case .metaImage: "a MetaImage (.mha or .mhd)"
    case .nrrd: "an NRRD file (.nrrd or .nhdr)"
    case .mgh: "a FreeSurfer volume (.mgh or .mgz)"
    case .minc: "a NetCDF file, such as MINC 1 (.mnc)"
    case .hdf5: "an HDF5 file, such as MINC 2 (.mnc) or a data set (.h5)"
    case .vtk: "a VTK file"
    case .numpy: "a NumPy array (.npy)"
    case .matlab: "a MATLAB file"
    case .par: "the header of a Philips PAR/REC pair"
    case .dicom: "a DICOM file"
    case .png: "a PNG picture"
    case .jpeg: "a JPEG picture"
    case .jpeg2000: "a JPEG 2000 picture"
    case .gif: "a GIF picture"
    case .tiff: "a TIFF picture"
    case .bitmap: "a BMP picture"
    case .pdf: "a PDF document"
    case .html: "an HTML page"
    case .xml: "an XML document"
    case .json: "a JSON document"
    }
  }

  /// How to convert the file to a supported format.
  var hint: String {
    switch self {
    case .zstd: Self.unpack("zstd -d FILE")
    case .bzip2: Self.unpack("bunzip2 FILE")
    case .xz: Self.unpack("unxz FILE")
    case .lz4: Self.unpack("lz4 -d FILE")
    case .compress: Self.unpack("uncompress FILE")
    case .zip: Self.unpack("unzip FILE")
    case .sevenZip: Self.archive("7z x -oFOLDER FILE")
    case .rar: Self.archive("unrar x FILE FOLDER/")
    case .tar: Self.archive("mkdir FOLDER && tar -xf FILE -C FOLDER")
    case .executable: Self.archive("7z x -oFOLDER FILE")
    case .metaImage, .nrrd, .vtk:
      "Convert it: python3 -c \"import SimpleITK as s; s.WriteImage(s.ReadImage('FILE'), 'ct.nii.gz')\". A separate header (.mhd, .nhdr) needs its data file next to it."
    case .mgh:
      "Convert it: mri_convert FILE ct.nii.gz, or python3 -c \"import nibabel as n; i = n.load('FILE'); n.save(n.Nifti1Image(i.dataobj, i.affine), 'ct.nii.gz')\"."
    case .minc, .hdf5:
      "Convert a MINC file: mnc2nii FILE ct.nii. Export another one as NIfTI or DICOM from the program that wrote it."
    case .numpy, .matlab:
      "An array has no spacing and no orientation. Write it as NIfTI with both, from the program that knows them."
    case .par: "Convert the pair: dcm2niix FOLDER. Or export the series as DICOM."
    case .dicom:
      "Unpack it, and send all images of the series in a ZIP: zip -r series.zip FOLDER."
    case .png, .jpeg, .jpeg2000, .gif, .tiff, .bitmap, .pdf:
      "A picture has no Hounsfield units. Export the series as DICOM or NIfTI."
    case .html, .xml, .json:
      "A failed download often leaves such a file. Send a .nii or .nii.gz file, or DICOM images."
    }
  }

  private static func unpack(_ command: String) -> String {
    "Unpack it (\(command)), and send the .nii or .nii.gz file, or DICOM images in a ZIP."
  }

  private static func archive(_ command: String) -> String {
    "Unpack it (\(command)). Send a .nii or .nii.gz file unpacked, or pack DICOM images again: zip -r series.zip FOLDER."
  }
}

extension Problem {
  static func datatype(_ code: Int) -> Problem {
    let name: (String, String) =
      switch code {
      case 1: ("single bits", "A mask is not a CT.")
      case 32, 1792, 2048: ("complex numbers", "A CT has real values.")
      case 128, 2304: ("colours", "A picture has no Hounsfield units: export the original series.")
      case 1536: ("128-bit floats", "Write the voxels as int16 or float32.")
      default: ("of an unknown kind", "Write the voxels as int16 or float32.")
      }
    return Problem(
      .datatypeUnsupported, "NIfTI datatype \(code) is not supported: the voxels are \(name.0).",
      actual: .integer(code), hint: name.1)
  }
}
