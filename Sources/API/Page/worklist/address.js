/** What the page shows, in the fragment of its address: it is not sent to the service, so no name gets into its logs. */

const DEFAULTS = { view: 'volumes', text: '', tag: '', order: 'newest', cursor: '' };

/** The parameters of the address, with defaults. */
export function address() {
  const found = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(Object.entries(DEFAULTS).map(([name, value]) => [name, found.get(name) ?? value]));
}

/** The cursors of the earlier pages, and the number of volumes before this page. */
export const trail = () => history.state?.trail ?? [];

/** Shows something else. The back button returns. */
export function go(parameters, earlier = []) {
  const entries = Object.entries(parameters).filter(([name, value]) => value && value !== DEFAULTS[name]);
  history.pushState({ trail: earlier }, '', `#${new URLSearchParams(entries)}`);
}
