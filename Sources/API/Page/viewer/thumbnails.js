/** Small pictures of stored volumes. They are loaded when they come into view, a few at a time. */

import { element, pause } from '../app/elements.js';
import { Problem } from '../app/service.js';
import { picture } from './pictures.js';

const MOST_AT_ONCE = 4;
const waiting = [];
let running = 0;

const watcher = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    waiting.push(target);
  }
  while (running < MOST_AT_ONCE && waiting.length) loadNext();
}, { rootMargin: '200px' });

/**
 * The picture of a volume, or an empty frame if the service stores no voxels of it.
 *
 * `key` names a finding of a diagnosis, `{diagnosis, finding}`: then it is the slice where the finding's map has its maximum.
 */
export function thumbnail(id, hasSlices, { words = '', key = null } = {}) {
  if (!hasSlices) return element('span', { class: 'thumbnail', 'aria-hidden': 'true' });
  const query = key ? `?${new URLSearchParams(key)}` : '';
  const image = element('img', { class: 'thumbnail', alt: words, 'data-source': `/v1/volumes/${id}/thumbnail.png${query}` });
  watcher.observe(image);
  return image;
}

async function loadNext() {
  running++;
  const image = waiting.shift();
  try {
    if (image.isConnected) image.src = await retried(() => picture(image.dataset.source));
  } catch (problem) {
    // A list is right without its pictures.
    if (!(problem instanceof Problem)) throw problem;
    image.classList.add('missing');
  } finally {
    running--;
    if (waiting.length) loadNext();
  }
}

const TRIES = 3;

/** The queue of the service may be full. */
async function retried(load) {
  for (let tries = 1; ; tries++) {
    try {
      return await load();
    } catch (problem) {
      if (![429, 503].includes(problem.document?.status) || tries === TRIES) throw problem;
      await pause(tries);
    }
  }
}
