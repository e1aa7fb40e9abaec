"""The background job beside the crawl itself: processes, shards, the queue and its workers, and telling people."""
