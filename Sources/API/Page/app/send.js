/** Requests that score a volume. */

import { call, addressOf, askForKey, headers, parsedProblem, Problem, refusal, unreachable, wantsKey } from './service.js';
import { state } from './state.js';

/** Scores a stored volume. */
export async function sendVolumeID(body) {
  const sending = new AbortController();
  state.upload = sending;
  const response = await call('/v1/diagnoses', {
    method: 'POST', body: JSON.stringify(body), signal: sending.signal,
    headers: { 'Content-Type': 'application/json', Prefer: 'respond-async' },
  });
  return { status: response.status, body: await response.json() };
}

/** A form with a volume or a DICOM series, and perhaps a request. File names are not sent: they may name a patient. */
export function volumeForm(files, request = null) {
  const part = files.length > 1 || /\.dcm$/i.test(files[0].name) ? 'dicom' : 'volume';
  const form = new FormData();
  if (request) form.append('request', new Blob([JSON.stringify(request)], { type: 'application/json' }));
  for (const file of files) form.append(part, file, part);
  return form;
}

/**
 * Sends a volume, or the files of a DICOM series.
 *
 * `report` gets the events of the upload.
 */
export async function sendFiles(files, request, report) {
  const answer = await upload('/v1/diagnoses', volumeForm(files, request), report);
  if (answer.status < 300) return { status: answer.status, body: JSON.parse(answer.text) };
  const problem = parsedProblem(answer.status, answer.text);
  if (wantsKey(problem) && await askForKey(problem)) return sendFiles(files, request, report);
  throw new Problem(problem);
}

/** XMLHttpRequest, because fetch does not report the progress of an upload. */
function upload(path, form, report) {
  return new Promise((done, failed) => {
    const request = state.upload = new XMLHttpRequest();
    request.open('POST', addressOf(path));
    for (const [name, value] of Object.entries(headers({ Prefer: 'respond-async' }))) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => report(loaded, total));
    request.upload.addEventListener('load', () => report(null, null));
    request.addEventListener('load', () => done({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => failed(unreachable()));
    request.addEventListener('abort', () => failed(refusal('Cancelled', 'The upload was cancelled; nothing was stored.')));
    request.send(form);
  });
}
