/** The history of the browser: each shown object and each search is an entry, so that Back shows what was before. */

let isFollowing = false;

/** Names the shown object in the address. A job's entry becomes that of its result. */
export function setAddress(id) {
  if (location.hash.slice(1) === id) return;
  const isStep = !isFollowing && !/^#job_/.test(location.hash);
  history[isStep ? 'pushState' : 'replaceState']({ search: shownSearch() }, '', `#${id}`);
}

/** The search of this entry, `{query, target}`, or null. It is not part of the address, which others may read. */
export const shownSearch = () => history.state?.search ?? null;

/** Adds a search to the history. The same search again, as after a reload, adds nothing. */
export function addSearch(search) {
  if (JSON.stringify(search) === JSON.stringify(shownSearch())) return;
  history.pushState({ search }, '', location.hash || location.pathname + location.search);
}

/** Calls `follow` for the start and for each step of the browser; what it shows adds no entries. */
export async function followHistory(follow) {
  isFollowing = true;
  try {
    await follow();
  } finally {
    isFollowing = false;
  }
}
