/** Work that takes time: its progress, its job and its end. */

import { byId, pause, plural, setText } from './elements.js';
import { openDiagnosis, showDiagnosis } from './result.js';
import { Problem, call, json, refusal, showProblem } from './service.js';
import { setAddress } from './history.js';
import { state } from './state.js';

/** Shows the progress and the result of one piece of work at a time. */
export async function working(work) {
  showProblem(byId('problem'), null);
  byId('send').disabled = true;
  showStage('Contacting the service', '', null);
  byId('work').hidden = false;
  try {
    await work();
  } catch (problem) {
    stopWorking();
    if (byId('order-fold').open) byId('send').focus({ preventScroll: true });
    showProblem(byId('problem'), problem);
    byId('problem').scrollIntoView({ block: 'nearest' });
  } finally {
    stopWorking();
  }
}

function stopWorking() {
  byId('work').hidden = true;
  byId('send').disabled = false;
  state.upload = state.job = null;
}

/** `share` is from 0 to 1, or null while unknown. Screen readers announce only changes of the stage. */
export function showStage(stage, detail, share) {
  setText(byId('stage-name'), stage);
  byId('stage-detail').textContent = detail;
  if (share === null) byId('progress').removeAttribute('value');
  else byId('progress').value = share;
}

/** Shows the response to an order: a diagnosis, or a job that leads to one. */
export async function followAnswer({ status, body }, files = []) {
  if (status === 202) return followToResult(`/v1/jobs/${body.id}`, files);
  return showDiagnosis(body, files);
}

export async function followToResult(path, files = []) {
  state.job = path;
  setAddress(path.slice(path.lastIndexOf('/') + 1));
  let job;
  try {
    job = await resultOf(path, showJob);
  } catch (problem) {
    history.replaceState(null, '', location.pathname);
    throw problem;
  }
  return openDiagnosis(job.result, files);
}

/** The job that succeeded. */
export async function resultOf(path, report) {
  const job = await endOfJob(path, report);
  if (job.status === 'succeeded') return job;
  if (job.problem) throw new Problem(job.problem);
  throw refusal(job.status === 'cancelled' ? 'Cancelled' : `The job is ${job.status}`, 'It has no result.');
}

const hasEnded = job => job.status !== 'queued' && job.status !== 'running';

/** The ended job: from its events and, if their stream breaks, by further requests. */
async function endOfJob(path, report) {
  const last = await lastEvent(path, report);
  return last && hasEnded(last) ? last : pollJob(path, report);
}

async function lastEvent(path, report) {
  let job = null;
  try {
    for await (job of jobEvents(path)) report(job);
  } catch (error) {
    if (error instanceof Problem && error.document.status) throw error;
  }
  return job;
}

/** Server-Sent Events by fetch: an EventSource cannot send a key. */
async function* jobEvents(path) {
  const response = await call(`${path}/events`, { headers: { Accept: 'text/event-stream' } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (text + value).split('\n');
    text = lines.pop();
    for (const line of lines) {
      if (line.startsWith('data:')) yield JSON.parse(line.slice(5));
    }
  }
}

const POLL_SECONDS = 1.5;
const POLLS_WITHOUT_ANSWER = 80;

/** Jobs survive a restart of the service, so requests are repeated for two minutes. */
async function pollJob(path, report) {
  for (let failures = 0; ;) {
    try {
      const job = await json(path);
      report(job);
      if (hasEnded(job)) return job;
      failures = 0;
    } catch (error) {
      if (error.document?.status && error.document.status !== 503) throw error;
      if (++failures > POLLS_WITHOUT_ANSWER) throw error;
      showStage('The service does not respond; retrying', '', null);
    }
    await pause(POLL_SECONDS);
  }
}

/** What a job does now: a stage, a detail, and the completed share. */
export function jobStage({ status, position, eta_seconds: seconds, progress }) {
  const eta = seconds ? `about ${seconds} s to go` : '';
  if (status === 'queued') return ['Waiting', [`${plural(position ?? 0, 'job')} before it`, eta].filter(Boolean).join(', '), null];
  return ['Encoding the volume', eta, progress ?? null];
}

export function showJob(job) {
  if (!hasEnded(job)) showStage(...jobStage(job));
}

export async function cancel() {
  if (!state.job) return state.upload?.abort();
  showStage('Cancelling', '', null);
  try {
    await call(state.job, { method: 'DELETE' });
  } catch (problem) {
    // It has ended; its events contain the outcome.
    if (problem.document?.status !== 409) showProblem(byId('problem'), problem);
  }
}
