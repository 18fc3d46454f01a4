/** What the page shows and does. */
export const state = {
  key: sessionStorage.getItem('brgsa-key'),
  info: null, // The response of /v1/info.
  volume: null, // The shown volume: facts of a diagnosis, or a stored volume.
  diagnosis: null, // The shown diagnosis.
  files: [], // The files of the shown volume, if this page sent them; they stay in the browser.
  cursor: null, // The start of the next page of volumes.
  upload: null, job: null, // Current work, which can be cancelled.
};
