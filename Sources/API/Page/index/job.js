// ---- The job.

async function followAnswer({ status, body }) {
  if (status === 202) return followToResult(`/v1/jobs/${body.id}`);
  return showDiagnosis(body);
}

async function followToResult(path) {
  state.job = path;
  setAddress(path.slice(path.lastIndexOf('/') + 1));
  const job = await endOfJob(path);
  if (job.status === 'succeeded') return openDiagnosis(job.result);
  history.replaceState(null, '', location.pathname);
  if (job.problem) throw new Problem(job.problem);
  throw refusal(job.status === 'cancelled' ? 'Cancelled' : `The job is ${job.status}`, 'It has no result.');
}

const hasEnded = job => job.status !== 'queued' && job.status !== 'running';

/** The ended job: from its events and, if their stream breaks, by further requests. */
async function endOfJob(path) {
  const last = await lastEvent(path);
  return last && hasEnded(last) ? last : pollJob(path);
}

async function lastEvent(path) {
  let job = null;
  try {
    for await (job of jobEvents(path)) showJob(job);
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
async function pollJob(path) {
  for (let failures = 0; ;) {
    try {
      const job = await json(path);
      showJob(job);
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

function showJob(job) {
  const eta = job.eta_seconds ? `about ${job.eta_seconds} s to go` : '';
  const place = `${plural(job.position ?? 0, 'job')} before it`;
  if (job.status === 'queued') showStage('Waiting', [place, eta].filter(Boolean).join(', '), null);
  else if (job.status === 'running') showStage('Encoding the volume', eta, job.progress);
}

async function cancel() {
  if (!state.job) return state.upload?.abort();
  showStage('Cancelling', '', null);
  try {
    await call(state.job, { method: 'DELETE' });
  } catch (problem) {
    // It has ended; its events contain the outcome.
    if (problem.document?.status !== 409) showProblem(byId('problem'), problem);
  }
}
