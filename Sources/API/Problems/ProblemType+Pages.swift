extension ProblemType {
  /// Status, title and explanation of each kind.
  var page: (status: Int, title: String, explanation: String) {
    switch self {
    case .malformedRequest:
      (
        400, "The request is malformed",
        "The head of the request breaks HTTP's rules, a body came where none belongs, or the lengths of an inference request's JSON and tensors do not add up to its body. Look at the client or proxy that wrote it."
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
        "It is not UTF-8 JSON as RFC 8259 has it: no trailing commas, no comments, at most 16 levels."
      )
    case .duplicateKey:
      (
        400, "A JSON object has the same key twice",
        "Send each member once; readers disagree on which of two would count."
      )
    case .multipartMalformed:
      (
        400, "The form is malformed",
        "The multipart/form-data body does not follow RFC 7578. With curl: -F volume=@ct.nii.gz -F 'request={…};type=application/json'."
      )
    case .duplicateField:
      (
        400, "A field came twice", "Send each form field, and each option, once."
      )
    case .missingField:
      (
        400, "A field is missing",
        "A form needs the file part “volume”; prompts come in the query or in the part “request”. An inference request needs the input “volume” or “volume_id”."
      )
    case .digestMismatch:
      (
        400, "The body is not what its digest promises",
        "The bytes were changed or lost on the way, or Content-Digest was made of other bytes. Nothing was kept; send the body again."
      )
    case .emptyBody:
      (
        400, "The body is empty",
        "Send the file's bytes, for example with curl's --data-binary @ct.nii.gz."
      )
    case .clientClosed:
      (
        400, "The client closed the connection",
        "Work for a client that has closed its side of the connection is given up. A client that only stops sending sees this: it must keep both directions open."
      )
    case .missingCredentials:
      (
        401, "A key is needed",
        "Send Authorization: Bearer and the key that the operator gave you. Operators make keys with brgsa keys add."
      )
    case .originForbidden:
      (
        403, "The host or origin is not allowed",
        "A service without keys answers requests that name localhost or a numeric address, so that a web page cannot reach it through your browser. Probes and metrics answer any Host. The operator allows other names with --allowed-hosts ct.example.org, or --allowed-hosts '*.example.org' for all names below example.org. Behind a proxy, allow the name that browsers use."
      )
    case .insufficientScope:
      (
        403, "This client may not do that",
        "The operator gives scopes to keys: infer, read, write, admin, metrics. Metrics need no key on the machine that the service runs on."
      )
    case .notFound:
      (404, "There is nothing here", "See /openapi.yaml for the operations.")
    case .methodNotAllowed:
      (405, "The method is not allowed here", "The Allow header names those that are.")
    case .notAcceptable:
      (
        406, "None of the accepted forms is available",
        "The Accept header leaves out every form that this route has; see /openapi.yaml."
      )
    case .nothingKept:
      (
        409, "This service keeps nothing",
        "Volumes, reports, prompt sets and diagnoses are kept only with a store: start the service with --persist embeddings, and look at the store's state in /readyz."
      )
    case .idempotencyMismatch:
      (
        409, "The key was used for another request",
        "An Idempotency-Key stands for one request, byte for byte, until a day after its job has ended. Take a new key for a new request."
      )
    case .resultExpired:
      (
        410, "The job's time is over",
        "Job status stays available for 24 hours after completion. The diagnosis of a job is stored for as long as its volume: use the result URL that the job named."
      )
    case .conflict:
      (
        409, "This does not fit what is here",
        "A calibration was made with another model than the loaded one: make it again with brgsa evaluate --write-thresholds. Or the limit of calibrations or prompt sets is reached: delete one. Or it is the model's own, which is a file beside its weights. Built-in prompt sets do not change either: take another name."
      )
    case .bodyTooLarge:
      (
        413, "The body is too large",
        "The limits are in /v1/info; the operator sets that of a volume with --max-body. Compress the volume with gzip."
      )
    case .tooManyParts:
      (
        413, "The form has too many parts",
        "A form has a part “volume”, or DICOM files in parts “dicom”, and may have a part “request”. A ZIP or form has at most 10,000 DICOM files."
      )
    case .tooManyPrompts:
      (413, "There are too many prompts", "Split the prompts over several requests.")
    case .textTooLong:
      (
        413, "A text is too long",
        "Shorten the prompt; the model reads fewer than a hundred tokens anyway."
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
        "Send a .nii.gz file as it is, without Content-Encoding: the file's own magic decides."
      )
    case .expectationFailed:
      (417, "The expectation cannot be met", "Only Expect: 100-continue is known.")
    case .promptEmpty:
      (
        422, "A prompt has no words",
        "Nothing of the prompt is left after cleaning. Sentences of a single word are dropped by the model's text cleaning: write “There is pneumonia”, or send a term without a full stop, which goes into that form by itself."
      )
    case .unknownPromptSet:
      (422, "The prompt set is unknown", "The sets are listed in /v1/info.")
    case .unknownCalibration:
      (
        422, "The calibration is unknown",
        "GET /v1/calibrations lists those that may be named besides none. The name model stands for the file calibration.json beside the weights, if there is one."
      )
    case .unknownField:
      (
        422, "A member is unknown",
        "Unknown members and parameters are refused, so that a misspelt option is not silently ignored. See /openapi.yaml."
      )
    case .invalidValue:
      (422, "A value is of the wrong kind", "See /openapi.yaml for the kinds and ranges.")
    case .headerTooLarge:
      (431, "The header is too large", "Names and values may have 32 KiB together.")
    case .transferCodingUnsupported:
      (501, "The transfer coding is not known", "Only chunked is.")
    case .methodUnknown:
      (501, "The method is not known", "The Allow header names those that are.")
    case .truncatedVolume:
      (
        400, "The volume is cut short",
        "The file, or a DICOM image of the series, has fewer bytes than its header declares, or a compressed image ends early. Missing voxels are never made up: copy or export the file again."
      )
    case .trailingData:
      (
        400, "There are bytes behind the volume",
        "The file is longer than its header declares, so header and data do not belong together. Export it again. Zeros behind a gzip stream are padding and do not count."
      )
    case .zipCorrupt:
      (
        400, "The ZIP is damaged or dangerous",
        "Its directory contradicts itself, entries overlap, a name leads out of the folder or is a link's, or an entry is cut off or has another checksum. Pack the DICOM files again; unzip -t checks a ZIP."
      )
    case .gzipCorrupt:
      (
        400, "The gzip stream is damaged",
        "Its checksum, length or structure is wrong. Check it with gzip -t and copy the file again."
      )
    case .notNIfTI:
      (
        400, "This is not a NIfTI file",
        "Send a .nii or .nii.gz file; dcm2niix makes one of a DICOM series."
      )
    case .inflatedTooLarge:
      (413, "The volume is too large once inflated", "The limit is in /v1/info.")
    case .volumeTooLarge:
      (413, "The volume has too many voxels", "The limits are in /v1/info.")
    case .datatypeUnsupported:
      (
        415, "The voxel type is not read",
        "Voxels must be int8 to int64, uint8 to uint64, float32 or float64. Convert the file."
      )
    case .niftiVariantUnsupported:
      (
        415, "This kind of NIfTI is not read",
        "Header and image must be one file (.nii or .nii.gz), not a .hdr/.img pair, Analyze or .nia. Convert the file."
      )
    case .transferSyntaxUnsupported:
      (
        415, "The DICOM pixel data are in an encoding that is not read",
        "The service reads uncompressed, JPEG lossless (1.2.840.10008.1.2.4.57 and 70), JPEG 2000 lossless (90) and RLE pixels. Export the series uncompressed, or decompress each file: gdcmconv --raw, dcmdjpeg and dcmdrle, for JPEG-LS dcmdjpls, for deflated data sets dcmconv +te."
      )
    case .containerUnsupported:
      (
        415, "This file format is not read",
        "Send a .nii or .nii.gz file, or the DICOM images of one CT series in a ZIP. Images of SPECT, PET, MR and radiography, Secondary Captures, doses, segmentations and localizers are not CT images. The response names other formats and a command that unpacks or converts them: archives such as tar, 7z and RAR, volumes such as MetaImage, NRRD, MGH and MINC."
      )
    case .nonFiniteVoxels:
      (
        422, "Some voxels are not numbers",
        "NaN or infinite voxels are refused, never replaced by 0 HU. Repair the file."
      )
    case .notHounsfield:
      (
        422, "The values are not Hounsfield units",
        "Values beyond −32768 to 32767 HU come from a wrong scl_slope or scl_inter, or the image is not a CT. DICOM images with another RescaleType, such as iodine maps, are not in HU."
      )
    case .noContrast:
      (422, "All voxels are equal", "The volume shows nothing.")
    case .badHeader:
      (
        422, "The header is damaged",
        "The NIfTI-2 signature was changed, as a transfer in text mode does. Copy the file in binary mode."
      )
    case .dimsOutOfRange:
      (422, "The dimensions are impossible", "Look at dim[] of the header.")
    case .not3D:
      (
        422, "The volume is not three-dimensional",
        "Exactly one three-dimensional volume is diagnosed; none of several is chosen silently. Split the file."
      )
    case .tooFewSlices:
      (
        422, "There are too few slices",
        "Every axis needs at least 8 voxels. Images of one DICOM series have the same SeriesInstanceUID; some anonymizers give each image its own."
      )
    case .spacingOutOfRange:
      (
        422, "The voxel spacing is impossible",
        "pixdim, or the PixelSpacing of every DICOM image, must be from 0.05 to 20 mm. A negative pixdim is read where an sform gives the same distance. A missing or unreadable spacing is never replaced by 1 mm."
      )
    case .affineInvalid:
      (
        422, "The orientation is invalid",
        "The sform or qform has values that are not finite, is singular, or its axes are not perpendicular: by more than 0.001 (the cosine between them). Up to 0.01 comes from rounding or registration, and the response has a command that straightens the axes. More comes from a tilted gantry: resample the volume to a rectangular grid."
      )
    case .voxOffsetOutOfRange:
      (
        422, "The voxels' place in the file is impossible",
        "vox_offset must be a multiple of 16, from 352 (NIfTI-1) or 544 (NIfTI-2), with at most 64 KiB of extensions, and within the file."
      )
    case .headerInconsistent:
      (
        422, "The header contradicts itself",
        "Two fields of the header cannot both be right, or a DICOM header and its pixels contradict each other: bits, rescale slope, size or length. Export the file again."
      )
    case .mixedSeries:
      (
        422, "The DICOM files are not of one study, or of series that nothing tells apart",
        "Send the files of one series and one patient. Of several series of a study one is taken by the rules under POST /v1/diagnoses in /openapi.yaml."
      )
    case .seriesInconsistent:
      (
        422, "The DICOM images do not make one volume",
        "Images are missing, lie in the same place, differ in size, direction or distance, stand askew (a tilted gantry), or have headers that cannot be read. Frames of one file are images like any others. Compare the number of files with the series in the archive, and export it again; reconstruct a tilted one."
      )
    case .fovOutOfRange:
      (422, "The field of view is impossible for a chest", "Every axis must measure 50 to 2000 mm.")
    case .nonFiniteResult:
      (
        500, "The result is not a number",
        "The arithmetic left the finite numbers; nothing was stored. Please report the model's name and version."
      )
    case .uploadAbandoned:
      (
        422, "The upload ended the service three times",
        "The service ended three times while it worked on these bytes, so it refuses them until a day after the last time. Please report it: no upload may end the service. If the service was killed or lost power, wait a day, or ask the operator to stop it and to remove the file that ends in .attempts beside the store."
      )
    case .jobAbandoned:
      (
        500, "The job was given up",
        "The service ended three times while it worked on this job, so it does not try again. Other jobs are not affected. The upload may trigger a fault of the service: please report it. If the service was killed or lost power, send the request again."
      )
    case .rateLimited:
      (
        429, "Too many attempts",
        "Requests with an unknown key are answered slowly. Those with a right one are not held up."
      )
    case .queueFull:
      (
        503, "The queue is full",
        "Volumes are encoded one at a time. Retry after the time in Retry-After."
      )
    case .tooManyConnections:
      (
        503, "Too many connections are open",
        "Only probes are answered on further ones. Close connections that are not used, or try again after the time in Retry-After. The operator can bound those of one address with --max-connections-per-address."
      )
    case .memoryPressure:
      (
        503, "There is not enough memory now",
        "Taking this in might get the service killed for want of memory, with all that others wait for. Retry after the time in Retry-After. The operator should give the machine or the container more memory; --memory-reserve is what must be left."
      )
    case .draining:
      (503, "The service is about to stop", "Send the request again to its successor.")
    case .modelLoading:
      (503, "The model is being loaded", "/readyz answers 200 once it is ready.")
    case .modelUnavailable:
      (
        503, "The model failed its self-test",
        "This machine or build does not reproduce the model's stored example, so its scores cannot be trusted. Run brgsa model verify and look at the log."
      )
    case .storeBusy:
      (
        503, "The store is locked",
        "Another program held the store's lock for two seconds. Try again after the time in Retry-After; nothing was changed."
      )
    case .storeUnavailable:
      (
        503, "The store cannot be used",
        "Its file is damaged or cannot be read or written. Findings of uploaded volumes are still answered. The operator should look at /readyz and the log, and restart the service, which repairs what can be repaired."
      )
    case .deadline:
      (
        504, "The answer was not there in time",
        "The work took longer than the service or the client allows (--deadline, Prefer: wait) and was given up. Send it with Prefer: respond-async, which makes it a job, or again when fewer volumes wait."
      )
    case .storageFull:
      (
        507, "There is no space left",
        "The operator must free space in the spool folder, the store's, or that of the calibrations, or raise --diagnosis-limit. Deleting volumes and reports works on a full disk, too, and makes room in the store's file. Nothing that was acknowledged is lost."
      )
    case .internalError:
      (
        500, "Something went wrong on our side",
        "Please report it with the request's id, which is in the log, too."
      )
    }
  }
}
