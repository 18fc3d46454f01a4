extension ProblemType {
  /// The status, title and explanation of each kind of problem.
  var page: (status: Int, title: String, explanation: String) {
    switch self {
    case .malformedRequest:
      (
        400, "The request is malformed",
        "There are three causes. The request line or a header field violates the rules of HTTP. The request has a body, but its operation allows none. An Open Inference request states lengths of its JSON and tensors that do not add up to the length of its body. Check the client or proxy that sent the request."
      )
    case .badURI:
      (
        400, "The URI is not acceptable",
        "The path or query has a broken percent escape, a NUL, an encoded slash, a dot segment or bytes that are not UTF-8. Encode query values as UTF-8, for example with curl's --data-urlencode."
      )
    case .ambiguousFraming:
      (
        400, "The body's length is ambiguous",
        "The request has several Content-Length headers, or both Content-Length and Transfer-Encoding. Send only one of these headers, once."
      )
    case .invalidJSON:
      (
        400, "The JSON is not valid",
        "Send UTF-8 JSON as defined in RFC 8259: without trailing commas, without comments, and with at most 16 levels of nesting."
      )
    case .duplicateKey:
      (
        400, "A JSON object has the same key twice",
        "Send each key once. If a key occurs twice, programs disagree about which of its values counts."
      )
    case .multipartMalformed:
      (
        400, "The form is malformed",
        "The multipart/form-data body does not follow RFC 7578. With curl: -F volume=@ct.nii.gz -F 'request={…};type=application/json'."
      )
    case .duplicateField:
      (
        400, "A field occurs twice", "Send each form field, and each option, once."
      )
    case .missingField:
      (
        400, "A field is missing",
        "A form needs a part “volume” with the file. Prompts go in the query or in the part “request”. An Open Inference request needs the input “volume” or the input “volume_id”."
      )
    case .digestMismatch:
      (
        400, "The body does not match its digest",
        "Bytes of the body were changed or lost in transit, or Content-Digest was computed from other bytes. Nothing was stored. Send the body again."
      )
    case .emptyBody:
      (
        400, "The body is empty",
        "Send the file's bytes, for example with curl's --data-binary @ct.nii.gz."
      )
    case .clientClosed:
      (
        400, "The client closed the connection",
        "When a client closes its side of the connection, the service cancels the client's request. Keep both directions of the connection open until the response arrives."
      )
    case .missingCredentials:
      (
        401, "An API key is required",
        "Send the header “Authorization: Bearer KEY”, where KEY is the key that the operator gave you. Operators make keys with the command “brgsa keys add”."
      )
    case .originForbidden:
      (
        403, "The host or origin is not allowed",
        "A service without keys accepts only requests whose Host header is localhost or a numeric address. This prevents foreign web pages from reaching the service through your browser. Probes and metrics accept any Host. The operator allows other names with --allowed-hosts ct.example.org, or --allowed-hosts '*.example.org' for all names below example.org. Behind a proxy, allow the name that browsers use."
      )
    case .insufficientScope:
      (
        403, "The key's scope is not sufficient",
        "This operation requires a scope that the client's key does not have. The scopes are infer, read, write, admin and metrics; the operator assigns them to keys. Metrics require no key on the service's own machine."
      )
    case .notFound:
      (404, "There is nothing here", "See /openapi.yaml for the operations.")
    case .methodNotAllowed:
      (405, "The method is not allowed here", "The Allow header lists the supported methods.")
    case .notAcceptable:
      (
        406, "None of the accepted formats is available",
        "The Accept header excludes every format of this route; see /openapi.yaml."
      )
    case .nothingStored:
      (
        409, "This service stores nothing",
        "This operation needs the store, where volumes, reports, prompt sets and diagnoses are saved. The service runs without a store. To use one, start the service with --persist embeddings, and check the store's state in /readyz."
      )
    case .idempotencyMismatch:
      (
        409, "The Idempotency-Key was used for another request",
        "A repeated request with the same Idempotency-Key must equal the first one byte for byte, until 24 hours after the job of the first request has ended. Use a new key for a new request."
      )
    case .resultExpired:
      (
        410, "The job's status is no longer available",
        "Job status stays available for 24 hours after completion. The diagnosis remains stored until its volume is deleted. Get it from the job's result URL."
      )
    case .conflict:
      (
        409, "The request conflicts with stored data",
        "There are six causes. The calibration was made for a model other than the loaded one: make it again with brgsa evaluate --write-thresholds. The limit of calibrations or prompt sets is reached: delete one. The calibration is the model's own: it is a file next to the weights, and no request can change it. The prompt set is built in: use another name. The job to cancel has already ended: to erase its result, delete the volume. The diagnosis for the slice's heat map is of another volume: name a diagnosis of this volume."
      )
    case .bodyTooLarge:
      (
        413, "The body is too large",
        "Compress the volume with gzip. /v1/info lists the limits. The operator sets the limit for a volume with --max-body."
      )
    case .tooManyParts:
      (
        413, "The form has too many parts",
        "A form has one part “volume”, or one part “dicom” for each DICOM file. It may also have one part “request”. A ZIP or form may contain at most 10,000 DICOM files."
      )
    case .tooManyPrompts:
      (413, "There are too many prompts", "Split the prompts into several requests.")
    case .textTooLong:
      (
        413, "A text is too long",
        "Shorten the text. The model reads fewer than a hundred tokens of it and ignores the rest."
      )
    case .uriTooLong:
      (
        414, "The URI is too long",
        "If you have many prompts, send them in the form part “request” instead of the query."
      )
    case .unsupportedMediaType:
      (
        415, "The body's type is not accepted",
        "Send a file as application/octet-stream, application/gzip, application/x-nifti or application/zip. Send a form as multipart/form-data and a calibration as application/json. With curl's --data-binary, add -H 'Content-Type: application/octet-stream'."
      )
    case .contentCodingUnsupported:
      (
        415, "Content-Encoding is not accepted",
        "Send a .nii.gz file unchanged and without Content-Encoding. The service recognises gzip from the file's first bytes."
      )
    case .expectationFailed:
      (417, "The expectation cannot be met", "Only Expect: 100-continue is supported.")
    case .promptEmpty:
      (
        422, "A prompt has no words",
        "Nothing is left of the prompt after cleaning, because the model drops sentences of a single word. Write “There is pneumonia.”, or send the term “pneumonia” without a full stop: the service converts it to this sentence."
      )
    case .negativeMissing:
      (
        422, "A prompt needs a text that denies the finding",
        "The model compares two texts: one that states the finding and one that denies it. A term such as “pneumonia” gets both from the model's templates. With a sentence of your own, send both: {\"text\": \"The volume shows: Pneumonia.\", \"negative\": \"The volume shows: Not pneumonia.\"}."
      )
    case .modelLacksFeature:
      (
        422, "The model does not provide this",
        "Not every model can provide every feature. For example, a model whose patches have no embeddings cannot make heat maps. The list features of GET /v1/info names what this model provides."
      )
    case .unknownPromptSet:
      (422, "The prompt set is unknown", "/v1/info lists the prompt sets.")
    case .unknownCalibration:
      (
        422, "The calibration is unknown",
        "GET /v1/calibrations lists the calibrations. Two names are reserved: “none” applies no thresholds, and “model” means the file calibration.json next to the weights, if it exists."
      )
    case .unknownField:
      (
        422, "A member is unknown",
        "The service refuses unknown JSON members and query parameters, so that a misspelt option is not silently ignored. See /openapi.yaml."
      )
    case .invalidValue:
      (422, "A value is invalid", "See /openapi.yaml for types and ranges.")
    case .headerTooLarge:
      (
        431, "The header is too large",
        "All header names and values together may have at most 32 KiB."
      )
    case .transferCodingUnsupported:
      (
        501, "The transfer coding is not supported",
        "The service supports only Transfer-Encoding: chunked."
      )
    case .methodUnknown:
      (501, "The method is not supported", "The Allow header lists the supported methods.")
    case .truncatedVolume:
      (
        400, "The volume is cut short",
        "The file or a DICOM image has fewer bytes than its header declares. Or a compressed image ends early. The service never fills in missing voxels. Copy or export the file again."
      )
    case .trailingData:
      (
        400, "There are bytes after the volume",
        "The file is longer than its header declares, so its header and data do not match. Export the file again. Zeros after a gzip stream are padding and are accepted."
      )
    case .zipCorrupt:
      (
        400, "The ZIP is damaged or dangerous",
        "There are five causes. The ZIP's directory is missing or contradicts itself. Entries overlap. The name of an entry is absolute or leads out of the folder. An entry is a link. An entry is cut off, or its length or checksum is wrong. Pack the DICOM files again. The command unzip -t checks a ZIP."
      )
    case .gzipCorrupt:
      (
        400, "The gzip stream is damaged",
        "The stream's checksum, length or structure is wrong. Check the file with gzip -t, and copy it again."
      )
    case .notNIfTI:
      (
        400, "This is not a NIfTI file",
        "Send a .nii or .nii.gz file. The program dcm2niix makes such a file from a DICOM series."
      )
    case .inflatedTooLarge:
      (413, "The inflated volume is too large", "/v1/info lists the limit.")
    case .volumeTooLarge:
      (413, "The volume has too many voxels", "/v1/info lists the limits.")
    case .datatypeUnsupported:
      (
        415, "The voxel type is not supported",
        "Voxels must be int8 to int64, uint8 to uint64, float32 or float64. Convert the file."
      )
    case .niftiVariantUnsupported:
      (
        415, "This kind of NIfTI is not supported",
        "The header and the image must be in one file (.nii or .nii.gz). Pairs of .hdr and .img files, Analyze files and .nia files are not supported. Convert the file."
      )
    case .transferSyntaxUnsupported:
      (
        415, "The encoding of the DICOM pixels is not supported",
        "The service reads pixels that are uncompressed or compressed as RLE, JPEG lossless (transfer syntaxes 1.2.840.10008.1.2.4.57 and 1.2.840.10008.1.2.4.70) or JPEG 2000 lossless (1.2.840.10008.1.2.4.90). Export the series uncompressed. Or decompress each file: with dcmdjpeg (JPEG), dcmdrle (RLE), dcmdjpls (JPEG-LS), dcmconv +te (deflated data sets) or gdcmconv --raw (other compressions)."
      )
    case .containerUnsupported:
      (
        415, "This file format is not supported",
        "Send a .nii or .nii.gz file, or the DICOM images of one CT series in a ZIP. Images of SPECT, PET, MR and radiography, Secondary Captures, doses, segmentations and localizers are not CT images. For other known formats, the response names a command that unpacks or converts the file. Such formats are archives such as tar, 7z and RAR, and volumes such as MetaImage, NRRD, MGH and MINC."
      )
    case .nonFiniteVoxels:
      (
        422, "Some voxels are not numbers",
        "Some voxels are NaN or infinite. The service never replaces them by 0 HU. Repair the file."
      )
    case .notHounsfield:
      (
        422, "The values are not Hounsfield units",
        "If values are outside −32768 to 32767 HU, scl_slope or scl_inter is wrong, or the image is not a CT. DICOM images with a RescaleType other than HU, such as iodine maps, are not in Hounsfield units."
      )
    case .noContrast:
      (422, "All voxels are equal", "The volume is blank. Check the file and the rescale values.")
    case .badHeader:
      (
        422, "The header is damaged",
        "The NIfTI-2 signature is damaged, typically by a transfer in text mode. Copy the file in binary mode."
      )
    case .dimsOutOfRange:
      (422, "The dimensions are impossible", "Check the field dim of the NIfTI header.")
    case .not3D:
      (
        422, "The volume is not three-dimensional",
        "The file contains several volumes or does not have three dimensions. Send exactly one three-dimensional volume, because the service does not choose one of several. Split a file of several volumes."
      )
    case .tooFewSlices:
      (
        422, "There are too few slices",
        "Every axis needs at least 8 voxels. Images of one DICOM series have the same SeriesInstanceUID. Some anonymizers give each image its own SeriesInstanceUID, so that each looks like a series of one image."
      )
    case .spacingOutOfRange:
      (
        422, "The voxel spacing is impossible",
        "The spacing must be from 0.05 to 20 mm. In a NIfTI file it is pixdim, in DICOM images PixelSpacing. A negative pixdim is accepted if an sform gives the same distance. The service never replaces a missing or unreadable spacing by 1 mm."
      )
    case .affineInvalid:
      (
        422, "The orientation is invalid",
        "The sform or qform is invalid for one of these reasons. It has values that are not finite. It is singular. It places the first voxel too far from the origin. Its quaternion is too long. Its axes are not perpendicular: the cosine between two axes exceeds 0.001. A cosine of up to 0.01 usually comes from rounding or registration; the response then contains a command that straightens the axes. A larger cosine usually comes from a tilted gantry: resample the volume to a rectangular grid."
      )
    case .voxOffsetOutOfRange:
      (
        422, "The offset of the voxels is impossible",
        "vox_offset must be a multiple of 16 and lie within the file. It must be at least 352 in NIfTI-1 and at least 544 in NIfTI-2. It may exceed this minimum by at most 64 KiB, the limit for header extensions."
      )
    case .headerInconsistent:
      (
        422, "The header contradicts itself",
        "Two header fields contradict each other, or a DICOM header contradicts its pixels in bit depth, rescale slope, size or length. Export the file again."
      )
    case .mixedSeries:
      (
        422,
        "The DICOM files belong to several studies or patients, or to series that no rule separates",
        "Send the files of one series of one patient. If a study has several series, the service chooses one by the rules under POST /v1/diagnoses in /openapi.yaml. If these rules do not separate the best two series, send one of them alone."
      )
    case .seriesInconsistent:
      (
        422, "The DICOM images do not make one volume",
        "The response names the cause. It is one of these: images are missing; several are at the same position; they differ in size, direction or pixel spacing; the distance between neighbouring images varies; an image is offset sideways from the others; the stack is tilted (gantry tilt); a header has no position or direction, or is unreadable. In a multi-frame file, these checks apply to each frame. Check that you sent as many images as the PACS has in this series, and export the series again. If the series is tilted, reconstruct it without gantry tilt, or resample it."
      )
    case .fovOutOfRange:
      (422, "The field of view is impossible for a chest", "Every axis must measure 50 to 2000 mm.")
    case .nonFiniteResult:
      (
        500, "The result is not a number",
        "A computed number is NaN or infinite; nothing was stored. Please report this with the model's name and version."
      )
    case .uploadAbandoned:
      (
        422, "The upload ended the service three times",
        "The service ended three times while it worked on these bytes, so it refuses them for a day. Please report this: no upload should end the service. If the upload is not to blame, because the machine lost power or the service was killed, wait a day. Or ask the operator to stop the service and remove the file whose name ends in .attempts; it is next to the store."
      )
    case .jobAbandoned:
      (
        500, "The job was abandoned",
        "The service ended three times while it worked on this job, so it does not try again. Other jobs are not affected. The upload may trigger a fault in the service: please report this. If the machine lost power or the service was killed, the upload is not to blame: send the request again."
      )
    case .rateLimited:
      (
        429, "Too many attempts",
        "There were too many requests with an unknown API key. Check the key. Requests with a valid key are not delayed."
      )
    case .queueFull:
      (
        503, "The queue is full",
        "The service encodes one volume at a time, and the limit of waiting volumes or jobs is reached. Retry after the time in Retry-After."
      )
    case .tooManyConnections:
      (
        503, "Too many connections are open",
        "Until connections close, the service accepts new ones only for probes. Close unused connections, or retry after the time in Retry-After. The operator can limit the connections of one client address with --max-connections-per-address."
      )
    case .memoryPressure:
      (
        503, "Memory is short",
        "Accepting this request could exhaust the memory and end the service. Retry after the time in Retry-After. The operator should give the machine or the container more memory; --memory-reserve sets the memory that must stay free."
      )
    case .draining:
      (
        503, "The service is about to stop",
        "Send the request again when the service has restarted, or send it to another replica."
      )
    case .modelLoading:
      (503, "The model is being loaded", "Retry after /readyz responds with 200.")
    case .modelUnavailable:
      (
        503, "The model failed its self-test",
        "The model comes with an example and its results. This machine or build does not reproduce these results, so its scores cannot be trusted. The operator should run brgsa model verify and check the log."
      )
    case .storeBusy:
      (
        503, "The store is locked",
        "Another program held the store's lock for two seconds. Nothing was changed. Retry after the time in Retry-After."
      )
    case .storeUnavailable:
      (
        503, "The store is unavailable",
        "The store's file is damaged, unreadable or read-only. Diagnoses of uploaded volumes still work. The operator should check /readyz and the log, and restart the service, which repairs the file as far as possible."
      )
    case .deadline:
      (
        504, "The response was not ready in time",
        "The work took longer than the service (--deadline) or the client (Prefer: wait) allows, so the service cancelled it. Send the request as a job with Prefer: respond-async, or retry when fewer volumes are waiting."
      )
    case .storageFull:
      (
        507, "The disk is full",
        "The operator must free space in the folder of the spool, the store or the calibrations, or raise --diagnosis-limit. Clients can delete volumes and reports even if the disk is full. The store's file does not shrink then, but the service uses the space for new data. Data that the service has acknowledged is not lost."
      )
    case .internalError:
      (
        500, "The service has a fault",
        "Please report this with the request's id, which is also in the log."
      )
    }
  }
}
