"""What the plugin and the poller share: see README.md, one folder up.

`watcher` follows Orthanc's changes and hands each series to `diagnoser`, which uses `archive`
(Orthanc's side), `service` (brgsa's side), `series` (filters and ZIP) and `structured_report`.
`endpoint` is the HTTP client of both sides.
"""
