internal import Archives
internal import Calibrations
internal import DICOM
internal import HTTP
internal import Inference
internal import Jobs
internal import OpenInferenceProtocol
internal import StrictJSON
internal import Volumes

/// The limits of the HTTP API. `/v1/info` and `openapi.yaml` list them.
public struct APILimits: Sendable, Equatable {
  /// The maximum size of a request's body in bytes.
  public var bodyBytes = 1 << 30
  /// The maximum size in bytes of a JSON body or of a form's JSON part.
  public var requestPartBytes = 1 << 20

  /// The time limit of a response in seconds, from the end of the request; 0 for no limit. Jobs have no time limit.
  public var deadlineSeconds = 600

  /// The maximum size of a request target in bytes. Clients with more prompts can use the form part `request`.
  public var uriBytes = 16 << 10

  /// Makes the default limits, as listed in openapi.yaml.
  public init() {}

  func json(_ service: DiagnosisService) -> JSONObject {
    let volume = service.volumeLimits
    let series = service.seriesLimits
    let server = ServerConfiguration(spoolDirectory: "")
    return [
      "body_bytes": .integer(bodyBytes), "json_bytes": .integer(requestPartBytes),
      "json_depth": .integer(JSON.defaultDepthLimit),
      "uri_bytes": .integer(uriBytes), "deadline_seconds": .integer(deadlineSeconds),
      "job_seconds": .integer(Job.lifetime),
      "wait_seconds": .integer(ServiceAPI.longestWait),
      "idempotency_key_bytes": .integer(ServiceAPI.repetitionByteLimit),
      "inference_id_bytes": .integer(OpenInference.idByteLimit),
      "held_bytes": .integer(ServerConfiguration.heldByteLimit),
      "small_body_bytes": .integer(SpoolSpace.smallBodyByteLimit),
      "small_bodies_bytes": .integer(SpoolSpace.memoryByteLimit),
      "response_bytes": .integer(server.responseByteLimit),
      "response_seconds": .integer(Int(server.deadlines.send.components.seconds)),
      "memory_reserve_bytes": .integer(service.limits.memoryReserve),
      "header_bytes": .integer(ServerConfiguration.headerByteLimit),
      "head_seconds": .integer(Int(server.deadlines.head.components.seconds)),
      "idle_seconds": .integer(Int(server.deadlines.idle.components.seconds)),
      "upload_idle_seconds": .integer(Int(server.deadlines.uploadIdle.components.seconds)),
      "upload_bytes_per_second": .integer(server.deadlines.uploadBytesPerSecond),
      "connections": .integer(server.connectionLimit),
      "inflated_bytes": .integer(volume.inflatedBytes),
      "dicom_files": .integer(series.files),
      "dicom_seconds": .integer(series.conversionSeconds),
      "dicom_head_elements": .integer(series.headElements),
      "dicom_elements": .integer(series.allHeadElements),
      "dicom_volume_bytes": .integer(series.volumeBytes),
      "dicom_memory_bytes": .integer(series.conversionMemory),
      "zip_directory_bytes": .integer(series.directoryBytes),
      "zip_name_bytes": .integer(series.zipFieldBytes), "voxels": .integer(volume.voxels),
      "longest_axis_voxels": .integer(volume.longestAxis),
      "shorter_axes_voxels": .integer(volume.shorterAxes),
      "shortest_axis_voxels": .integer(volume.shortestAxis),
      "spacing_mm": [
        .double(volume.spacing.lowerBound), .double(volume.spacing.upperBound),
      ],
      "field_of_view_mm": [
        .double(volume.fieldOfView.lowerBound), .double(volume.fieldOfView.upperBound),
      ],
      "shear": .double(volume.shear), "prompts": .integer(service.limits.prompts),
      "prompt_bytes": .integer(service.limits.promptBytes),
      "report_bytes": .integer(service.limits.reportBytes),
      "offset": .integer(service.limits.offset),
      "filter_conditions": .integer(service.limits.conditions),
      "page": .integer(ServiceAPI.pageLimit), "tags": .integer(VolumeBody.tagLimit),
      "tag_name_bytes": .integer(VolumeBody.tagNameLimit),
      "tag_value_bytes": .integer(VolumeBody.tagValueLimit),
      "prompt_sets": .integer(Archive.promptSetLimit),
      "store_reserve_bytes": .integer(service.storeLimits.reserve),
      "stored_diagnosis_bytes": .integer(service.storeLimits.diagnoses),
      "top_k": .integer(service.limits.topK), "queue": .integer(service.limits.queue),
      "slices_queue": .integer(service.limits.slicesQueue),
      "maps_queue": .integer(service.limits.mapsQueue),
      "map_cache_bytes": .integer(service.limits.mapBytes),
      "calibrations": .integer(CalibrationStore.limit),
      "calibration_bytes": .integer(Calibration.byteLimit),
      "calibration_thresholds": .integer(Calibration.thresholdLimit),
    ]
  }
}
