extension ProblemType {
  /// Status, title and explanation of each kind.
  var page: (status: Int, title: String, explanation: String) {
    switch self {
    case .malformedRequest:
      (
        400, "The request is malformed",
        "The request's head violates the rules of HTTP, the request has a body where none is allowed, or the lengths of an inference request's JSON and tensors do not add up to its body. Check the client or proxy that sent it."
      )
    case .badURI:
      (
        400, "The URI is not acceptable",
        "The path or query has a broken percent escape, a NUL, an encoded slash, a dot segment or bytes that are not UTF-8. Encode query values as UTF-8, for example with curl's --data-urlencode."
      )
    case .ambiguousFraming:
      (
        400, "The body's length is ambiguous",
        "The request has several Content-Length headers, or Content-Length and Transfer-Encoding. Send one."
      )
    case .invalidJSON:
      (
        400, "The JSON is not valid",
        "Send UTF-8 JSON by RFC 8259: no trailing commas, no comments, at most 16 levels."
      )
    case .duplicateKey:
      (
        400, "A JSON object has the same key twice",
        "Send each member once: programs disagree about which of two equal keys counts."
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
        "A form needs the file part “volume”; prompts come in the query or in the part “request”. An inference request needs the input “volume” or “volume_id”."
      )
    case .digestMismatch:
      (
        400, "The body does not match its digest",
        "The bytes were changed or lost in transit, or Content-Digest was made from other bytes. Nothing was stored; send the body again."
      )
    case .emptyBody:
      (
        400, "The body is empty",
        "Send the file's bytes, for example with curl's --data-binary @ct.nii.gz."
      )
    case .clientClosed:
      (
        400, "The client closed the connection",
        "The service cancels work for a client that has closed its side of the connection. Keep both directions open until the response arrives."
      )
    case .missingCredentials:
      (
        401, "An API key is required",
        "Send Authorization: Bearer and the key that the operator gave you. Operators make keys with brgsa keys add."
      )
    case .originForbidden:
      (
        403, "The host or origin is not allowed",
        "A service without keys accepts only requests that name localhost or a numeric address, so that a web page cannot reach it through your browser. Probes and metrics accept any Host. The operator allows other names with --allowed-hosts ct.example.org, or --allowed-hosts '*.example.org' for all names below example.org. Behind a proxy, allow the name that browsers use."
      )
    case .insufficientScope:
      (
        403, "The key's scope is not sufficient",
        "The client's key lacks the scope of this operation. The operator gives scopes to keys: infer, read, write, admin, metrics. Metrics require no key on the service's own machine."
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
    case .nothingKept:
      (
        409, "This service stores nothing",
        "Volumes, reports, prompt sets and diagnoses are stored only with a store. Start the service with --persist embeddings, and check the store's state in /readyz."
      )
    case .idempotencyMismatch:
      (
        409, "The key was used for another request",
        "An Idempotency-Key belongs to one request, byte for byte, until 24 hours after its job has ended. Use a new key for a new request."
      )
    case .resultExpired:
      (
        410, "The job's status is no longer available",
        "Job status stays available for 24 hours after completion. A job's diagnosis is stored as long as its volume: use the result URL of the job."
      )
    case .conflict:
      (
        409, "The request conflicts with stored data",
        "There are four causes. The calibration was made for another model than the loaded one: make it again with brgsa evaluate --write-thresholds. The limit of calibrations or prompt sets is reached: delete one. The calibration is the model's own, a file next to its weights, which cannot be changed here. The prompt set is a built-in one: use another name."
      )
    case .bodyTooLarge:
      (
        413, "The body is too large",
        "Compress the volume with gzip. The limits are in /v1/info; the operator sets the limit of a volume with --max-body."
      )
    case .tooManyParts:
      (
        413, "The form has too many parts",
        "A form has one part “volume”, or DICOM files in parts “dicom”, and optionally a part “request”. A ZIP or form may contain at most 10,000 DICOM files."
      )
    case .tooManyPrompts:
      (413, "There are too many prompts", "Split the prompts over several requests.")
    case .textTooLong:
      (
        413, "A text is too long",
        "Shorten the text; the model reads fewer than a hundred tokens anyway."
      )
    case .uriTooLong:
      (
        414, "The URI is too long",
        "Send many prompts in the form part “request” instead of the query."
      )
    case .unsupportedMediaType:
      (
        415, "The body's type is not accepted",
        "Send the file as application/octet-stream, application/gzip, application/x-nifti or application/zip, or a form as multipart/form-data; a calibration as application/json. curl's --data-binary needs -H 'Content-Type: application/octet-stream'."
      )
    case .contentCodingUnsupported:
      (
        415, "Content-Encoding is not accepted",
        "Send a .nii.gz file unchanged and without Content-Encoding. The service recognises gzip by the file's first bytes."
      )
    case .expectationFailed:
      (417, "The expectation cannot be met", "Only Expect: 100-continue is supported.")
    case .promptEmpty:
      (
        422, "A prompt has no words",
        "Nothing of the prompt is left after cleaning: the model drops sentences of a single word. Write “There is pneumonia”, or send a term without a full stop, which the service converts to that form."
      )
    case .unknownPromptSet:
      (422, "The prompt set is unknown", "The sets are listed in /v1/info.")
    case .unknownCalibration:
      (
        422, "The calibration is unknown",
        "GET /v1/calibrations lists the calibrations. The name none is also allowed. The name model means the file calibration.json next to the weights, if it exists."
      )
    case .unknownField:
      (
        422, "A member is unknown",
        "Unknown members and parameters are refused, so that a misspelt option is not silently ignored. See /openapi.yaml."
      )
    case .invalidValue:
      (422, "A value is invalid", "See /openapi.yaml for types and ranges.")
    case .headerTooLarge:
      (431, "The header is too large", "Header names and values may have 32 KiB in total.")
    case .transferCodingUnsupported:
      (501, "The transfer coding is not supported", "Only chunked is supported.")
    case .methodUnknown:
      (501, "The method is not supported", "The Allow header lists the supported methods.")
    case .truncatedVolume:
      (
        400, "The volume is cut short",
        "The file, or a DICOM image of the series, has fewer bytes than its header declares, or a compressed image ends early. The service never invents missing voxels: copy or export the file again."
      )
    case .trailingData:
      (
        400, "There are bytes after the volume",
        "The file is longer than its header declares, so header and data do not match. Export it again. Zeros after a gzip stream are padding and do not count."
      )
    case .zipCorrupt:
      (
        400, "The ZIP is damaged or dangerous",
        "Its directory contradicts itself, entries overlap, a name leads out of the folder or is a link, or an entry is cut off or has a wrong checksum. Pack the DICOM files again; unzip -t checks a ZIP."
      )
    case .gzipCorrupt:
      (
        400, "The gzip stream is damaged",
        "Its checksum, length or structure is wrong. Check it with gzip -t and copy the file again."
      )
    case .notNIfTI:
      (
        400, "This is not a NIfTI file",
        "Send a .nii or .nii.gz file; dcm2niix makes one from a DICOM series."
      )
    case .inflatedTooLarge:
      (413, "The inflated volume is too large", "The limit is in /v1/info.")
    case .volumeTooLarge:
      (413, "The volume has too many voxels", "The limits are in /v1/info.")
    case .datatypeUnsupported:
      (
        415, "The voxel type is not supported",
        "Voxels must be int8 to int64, uint8 to uint64, float32 or float64. Convert the file."
      )
    case .niftiVariantUnsupported:
      (
        415, "This kind of NIfTI is not supported",
        "Header and image must be one file (.nii or .nii.gz), not a .hdr/.img pair, Analyze or .nia. Convert the file."
      )
    case .transferSyntaxUnsupported:
      (
        415, "The encoding of the DICOM pixels is not supported",
        "The service reads uncompressed, JPEG lossless (1.2.840.10008.1.2.4.57 and 70), JPEG 2000 lossless (90) and RLE pixels. Export the series uncompressed, or decompress each file with gdcmconv --raw, dcmdjpeg or dcmdrle. Use dcmdjpls for JPEG-LS and dcmconv +te for deflated data sets."
      )
    case .containerUnsupported:
      (
        415, "This file format is not supported",
        "Send a .nii or .nii.gz file, or the DICOM images of one CT series in a ZIP. Images of SPECT, PET, MR and radiography, Secondary Captures, doses, segmentations and localizers are not CT images. For other known formats the response names a command that unpacks or converts them: archives such as tar, 7z and RAR, volumes such as MetaImage, NRRD, MGH and MINC."
      )
    case .nonFiniteVoxels:
      (
        422, "Some voxels are not numbers",
        "The service never replaces NaN or infinite voxels by 0 HU. Repair the file."
      )
    case .notHounsfield:
      (
        422, "The values are not Hounsfield units",
        "Values outside −32768 to 32767 HU come from a wrong scl_slope or scl_inter, or the image is not a CT. DICOM images with another RescaleType, such as iodine maps, are not in HU."
      )
    case .noContrast:
      (422, "All voxels are equal", "The volume is blank. Check the file and the rescale values.")
    case .badHeader:
      (
        422, "The header is damaged",
        "The NIfTI-2 signature is damaged, typically by a transfer in text mode. Copy the file in binary mode."
      )
    case .dimsOutOfRange:
      (422, "The dimensions are impossible", "Check dim[] of the header.")
    case .not3D:
      (
        422, "The volume is not three-dimensional",
        "Send exactly one three-dimensional volume; the service does not choose one of several. Split the file."
      )
    case .tooFewSlices:
      (
        422, "There are too few slices",
        "Every axis needs at least 8 voxels. Images of one DICOM series have the same SeriesInstanceUID; some anonymizers give each image its own."
      )
    case .spacingOutOfRange:
      (
        422, "The voxel spacing is impossible",
        "pixdim, or the PixelSpacing of every DICOM image, must be from 0.05 to 20 mm. A negative pixdim is accepted if an sform gives the same distance. The service never replaces a missing or unreadable spacing by 1 mm."
      )
    case .affineInvalid:
      (
        422, "The orientation is invalid",
        "The sform or qform has values that are not finite, is singular, or has axes that are not perpendicular: the cosine between them exceeds 0.001. A cosine up to 0.01 comes from rounding or registration, and the response contains a command that straightens the axes. A larger one comes from a tilted gantry: resample the volume to a rectangular grid."
      )
    case .voxOffsetOutOfRange:
      (
        422, "The offset of the voxels is impossible",
        "vox_offset must be a multiple of 16, from 352 (NIfTI-1) or 544 (NIfTI-2), with at most 64 KiB of extensions, and within the file."
      )
    case .headerInconsistent:
      (
        422, "The header contradicts itself",
        "Two header fields contradict each other, or a DICOM header contradicts its pixels: bits, rescale slope, size or length. Export the file again."
      )
    case .mixedSeries:
      (
        422,
        "The DICOM files belong to several studies or patients, or to series that no rule separates",
        "Send the files of one series and one patient. If a study has several series, the service chooses one by the rules under POST /v1/diagnoses in /openapi.yaml."
      )
    case .seriesInconsistent:
      (
        422, "The DICOM images do not make one volume",
        "Images are missing, are at the same position, differ in size, direction or distance, are tilted (gantry tilt), or have unreadable headers. Frames of one file are images like any others. Compare the number of files with the series in the archive, and export it again; reconstruct a tilted series."
      )
    case .fovOutOfRange:
      (422, "The field of view is impossible for a chest", "Every axis must measure 50 to 2000 mm.")
    case .nonFiniteResult:
      (
        500, "The result is not a number",
        "A computed number is NaN or infinite; nothing was stored. Please report the model's name and version."
      )
    case .uploadAbandoned:
      (
        422, "The upload ended the service three times",
        "The service ended three times while it worked on these bytes, so it refuses them for a day. Please report this: no upload should end the service. If the machine lost power or the service was killed, wait a day. Or ask the operator to stop the service and remove the file next to the store whose name ends in .attempts."
      )
    case .jobAbandoned:
      (
        500, "The job was abandoned",
        "The service ended three times while it worked on this job, so it does not try again. Other jobs are not affected. The upload may trigger a fault in the service: please report it. If the machine lost power or the service was killed, send the request again."
      )
    case .rateLimited:
      (
        429, "Too many attempts",
        "There were too many requests with an unknown key. Check the key. Requests with a valid key are not delayed."
      )
    case .queueFull:
      (
        503, "The queue is full",
        "Volumes are encoded one at a time. Retry after the time in Retry-After."
      )
    case .tooManyConnections:
      (
        503, "Too many connections are open",
        "Further connections serve only probes. Close unused connections, or retry after the time in Retry-After. The operator can limit the connections of one address with --max-connections-per-address."
      )
    case .memoryPressure:
      (
        503, "Memory is short",
        "Accepting this request could exhaust the memory and end the service. Retry after the time in Retry-After. The operator should give the machine or the container more memory; --memory-reserve sets the memory that must stay free."
      )
    case .draining:
      (503, "The service is about to stop", "Send the request again to its successor.")
    case .modelLoading:
      (503, "The model is being loaded", "Retry after /readyz responds with 200.")
    case .modelUnavailable:
      (
        503, "The model failed its self-test",
        "This machine or build does not reproduce the model's stored example, so its scores cannot be trusted. The operator should run brgsa model verify and check the log."
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
        "The work took longer than the service (--deadline) or the client (Prefer: wait) allows, and was cancelled. Send it as a job with Prefer: respond-async, or retry when fewer volumes wait."
      )
    case .storageFull:
      (
        507, "The disk is full",
        "The operator must free space in the folder of the spool, the store or the calibrations, or raise --diagnosis-limit. Volumes and reports can be deleted even on a full disk, which frees space in the store's file. Acknowledged data is not lost."
      )
    case .internalError:
      (
        500, "The service has a fault",
        "Please report this with the request's id, which is also in the log."
      )
    }
  }
}
