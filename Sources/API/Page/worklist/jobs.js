/** The list of jobs. It is read again while jobs wait or run. */

import { byId, day, element, plural, setText } from '../app/elements.js';
import { attempt, call, json, problemLink } from '../app/service.js';

const PAGE_SIZE = 50;
const REPEAT_SECONDS = 2;

const list = { cursor: null, timer: null, request: 0 };

export function listen() {
  byId('job-state').addEventListener('change', show);
  byId('more-jobs').addEventListener('click', loadMore);
}

export function stop() {
  clearTimeout(list.timer);
  list.request++;
}

/** Shows the newest jobs. */
export async function show() {
  stop();
  const mine = list.request;
  const page = await attempt(byId('jobs-problem'), () => json(`/v1/jobs?${query()}`));
  if (!page || mine !== list.request) return;
  const focus = document.activeElement?.dataset?.cancel;
  byId('job-list').replaceChildren(...page.jobs.map(item));
  if (focus) byId('job-list').querySelector(`[data-cancel="${focus}"]`)?.focus();
  showEnd(page);
  const open = page.jobs.filter(isOpen).length;
  setText(byId('jobs-status'), page.jobs.length ? `${plural(page.jobs.length, 'job')} shown; ${open} not ended.` : 'No such jobs.');
  if (open) list.timer = setTimeout(show, REPEAT_SECONDS * 1000);
}

async function loadMore() {
  clearTimeout(list.timer);
  const page = await attempt(byId('jobs-problem'), () => json(`/v1/jobs?${query(list.cursor)}`));
  if (!page) return;
  byId('job-list').append(...page.jobs.map(item));
  showEnd(page);
}

function query(cursor) {
  const state = byId('job-state').value;
  return new URLSearchParams({ limit: PAGE_SIZE, ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) });
}

function showEnd({ next_cursor: cursor }) {
  list.cursor = cursor;
  byId('more-jobs').hidden = !cursor;
}

const isOpen = ({ status }) => status === 'queued' || status === 'running';
const STATES = { queued: 'Waiting', running: 'Running', succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled' };

function item(job) {
  const time = element('time', { datetime: job.created_at }, day(job.created_at));
  return element('li', { 'data-job': job.id, 'data-status': job.status },
    element('b', {}, STATES[job.status] ?? job.status), ' ', element('span', {}, 'sent ', time), ' ',
    element('code', { title: job.id }, `${job.id.slice(0, 12)}…`), ' ', ...detail(job));
}

function detail(job) {
  if (isOpen(job)) {
    const words = job.status === 'queued' ? `${plural(job.position ?? 0, 'job')} before it` : `${Math.round(100 * job.progress)} %`;
    const eta = job.eta_seconds ? `, about ${job.eta_seconds} s to go` : '';
    return [element('span', { class: 'quiet' }, words + eta), ' ', cancelButton(job)];
  }
  if (job.result) return [element('a', { href: `./#${job.result.slice(job.result.lastIndexOf('/') + 1)}` }, 'Open the findings')];
  if (job.problem) return [element('span', {}, `${job.problem.title}. `), problemLink(job.problem.code)];
  return [];
}

function cancelButton({ id }) {
  const click = async () => {
    await attempt(byId('jobs-problem'), () => cancel(id));
    await show();
    byId('jobs-heading').focus();
  };
  return element('button', { type: 'button', class: 'small', 'data-cancel': id, 'aria-label': `Cancel the job ${id.slice(0, 12)}`, click }, 'Cancel');
}

async function cancel(id) {
  try {
    await call(`/v1/jobs/${id}`, { method: 'DELETE' });
  } catch (problem) {
    if (problem.document?.status !== 409) throw problem; // It has ended in the meantime.
  }
}
