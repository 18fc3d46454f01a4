extension MetricDescription {
  /// All metrics of the service, in the order in which they are shown.
  static let service = [
    MetricDescription("brgsa_build_info", .gauge, "1, with the version of the service."),
    MetricDescription("brgsa_model_info", .gauge, "1, with the model in use."),
    MetricDescription("brgsa_ready", .gauge, "Whether work is taken."),
    MetricDescription(
      "http_server_request_duration_seconds", .seconds,
      "From the first line of a request to the end of its answer. The status is empty where there was no answer."
    ),
    MetricDescription("http_server_active_requests", .gauge, "Requests under way."),
    MetricDescription(
      "brgsa_stage_duration_seconds", .seconds, "Time of one stage of the work of a request."),
    MetricDescription("brgsa_queue_depth", .gauge, "Pieces of work that wait or run."),
    MetricDescription("brgsa_queue_capacity", .gauge, "Pieces of work that may wait."),
    MetricDescription("brgsa_queue_wait_seconds", .seconds, "Time from a request to its turn."),
    MetricDescription(
      "brgsa_queue_rejected_total", .counter, "Requests refused because too many wait."),
    MetricDescription(
      "brgsa_jobs", .gauge,
      "Jobs that wait or run now, and those that ended since the start."),
    MetricDescription(
      "brgsa_embedding_cache_requests_total", .counter,
      "Embeddings that were needed, by whether they were remembered."),
    MetricDescription(
      "brgsa_input_rejected_total", .counter,
      "Requests that were refused for what is in them, by problem code."),
    MetricDescription(
      "brgsa_input_warnings_total", .counter, "Warnings about volumes that were read."),
    MetricDescription(
      "brgsa_spool_taken_bytes", .gauge, "Bytes of the spool that uploads in progress have."),
    MetricDescription(
      "brgsa_spool_available_bytes", .gauge, "Bytes of the spool that one more upload may have."),
    MetricDescription(
      "brgsa_spool_limit_bytes", .gauge, "Bytes that all uploads in progress may have."),
    MetricDescription("brgsa_takes_uploads", .gauge, "Whether the spool has space for an upload."),
    MetricDescription("brgsa_store_volumes", .gauge, "Volumes that can be searched."),
    MetricDescription(
      "brgsa_store_free_bytes", .gauge, "Free on the store's disk besides what is held back."),
    MetricDescription(
      "brgsa_store_room", .gauge,
      "1 for how much room the store's disk has: ample, low (diagnoses are not stored) or full."),
    MetricDescription(
      "brgsa_retention_waiting", .gauge, "Whether an erasure of much waits for the operator."),
    MetricDescription("process_resident_memory_bytes", .gauge, "Resident memory."),
    MetricDescription("process_open_fds", .gauge, "Open file descriptors."),
    MetricDescription("process_cpu_seconds_total", .counter, "Processor time."),
    MetricDescription(
      "process_start_time_seconds", .gauge, "When the process began, in seconds since 1970."),
  ]
}
