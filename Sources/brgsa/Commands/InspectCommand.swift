import API
import ArgumentParser
import CommandLineSupport
import Encoders
import Glibc
import Inference
import StrictJSON
import Volumes

/// The command `brgsa inspect FILE`.
struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a volume and what would be assumed about it; needs no model",
    discussion: """
      Reads every voxel. With --model, the command also compares the field of view with the model's. With \
      --save-input, it writes the volume that the model gets: reoriented, resampled, cropped and padded, in \
      HU, before clipping. On a terminal it also draws two slices on standard error; R is the patient's \
      right. The JSON is on standard output. NO_COLOR=1 draws the slices with plain characters.
      """)

  @Argument(help: ArgumentHelp("A .nii or .nii.gz file.", valueName: "file"))
  var file: String

  @Option(name: .long, help: ArgumentHelp("Model directory, for --save-input.", valueName: "dir"))
  var model: String?

  @Option(
    name: .long, help: ArgumentHelp("Write the model's input volume", valueName: "out.nii"))
  var saveInput: String?

  @Flag(
    name: .long, inversion: .prefixedNo,
    help: "Draw the middle slices (default: only if output and errors go to a terminal)")
  var picture: Bool?

  func validate() throws {
    if saveInput != nil && model == nil {
      throw ValidationError("--save-input requires --model, because it uses the model's recipe.")
    }
  }

  func run() async throws {
    let recipe = try model.map { directory in
      try ModelLoading.reading(directory) { files in
        try PreprocessingRecipe(files.configuration)
      }
    }
    let input = try InputFile(path: file)
    let output = try saveInput.map { try OutputFile(path: $0, besides: input) }
    do throws(VolumeError) {
      let volume = try NIfTIVolume.open(
        fileDescriptor: input.fileDescriptor, byteCount: input.byteCount)
      try describe(volume, recipe, output)
      if picture ?? Terminal.isWatched { try draw(input) }
    } catch {
      throw CommandFailure(InferenceError.volume(error), about: file)
    }
  }

  private func describe(
    _ volume: NIfTIVolume, _ recipe: PreprocessingRecipe?, _ output: OutputFile?
  ) throws(VolumeError) {
    guard let recipe else {
      let summary = try Preprocessing.summarize(volume)
      return show(volume, summary.intensity, summary.warnings)
    }
    let prepared = try Preprocessing.prepare(volume, recipe: recipe, output: .hounsfield)
    output?.keep { descriptor throws(VolumeError) in
      try HounsfieldVolumeWriter.write(
        prepared.input, affine: prepared.affine, to: descriptor)
    }
    show(volume, prepared.intensity, prepared.warnings)
  }

  /// Draws two slices. Reads the file again and resamples it to a coarse grid.
  private func draw(_ input: InputFile) throws(VolumeError) {
    let volume = try NIfTIVolume.open(
      fileDescriptor: input.fileDescriptor, byteCount: input.byteCount)
    let overview = try? PreprocessingRecipe.overview(of: volume, pixels: VolumePicture.pixels)
    guard let overview else { return }
    let prepared = try Preprocessing.prepare(volume, recipe: overview, output: .hounsfield)
    let columns = Terminal.columns(of: STDERR_FILENO)
    let picture = VolumePicture(prepared.input).text(
      columns == nil ? .characters : .ofTerminal, columns: columns ?? Terminal.usualColumns)
    Console.write(Array(picture.utf8), to: STDERR_FILENO)
  }

  private func show(
    _ volume: NIfTIVolume, _ intensity: IntensitySummary, _ warnings: [VolumeWarning]
  ) {
    let body: JSON = [
      "format": .string(volume.format), "compressed": .bool(volume.isCompressed),
      "voxel_type": .string("\(volume.voxelType)"),
      "byte_order": .string("\(volume.byteOrder)"),
      "shape": .array(volume.shape.map(JSON.integer)),
      "spacing_mm": .array(volume.spacing.map { .float(Float($0)) }),
      "field_of_view_mm": .array(
        zip(volume.shape, volume.spacing).map {
          .float(Float(Double($0) * $1))
        }),
      "orientation": .string(volume.orientation),
      "intensity": DiagnosisBody.intensity(
        intensity, slope: volume.scaling.slope, intercept: volume.scaling.intercept),
      "warnings": .array(warnings.map(DiagnosisBody.warning)),
    ]
    Console.write(body.prettyBytes)
  }
}
