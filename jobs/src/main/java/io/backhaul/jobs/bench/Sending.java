/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.bench.server.Counts;
import io.backhaul.jobs.bench.server.ServerProcess;

/**
 * Something that sends records, checked by what the destination counted.
 *
 * @param expected what it should have counted
 */
record Sending(String name, ServerProcess server, Counts expected, Work work) implements Contender {

  /** Sends once; answers with what it took. */
  interface Work {
    Lap send(Meter meter) throws Exception;
  }

  /** Something that is sending from its beginning to its end. */
  static Sending whole(String name, ServerProcess server, Counts expected, Post post) {
    return new Sending(
        name,
        server,
        expected,
        meter ->
            meter
                .time(
                    () -> {
                      post.all();
                      return null;
                    })
                .lap());
  }

  /** Posts. */
  interface Post {
    void all() throws Exception;
  }

  @Override
  public Timed<Sent> round(Meter meter) throws Exception {
    Counts before = server.counts();
    Lap lap = work.send(meter);
    return new Timed<>(lap, Sent.since(before, server, expected));
  }
}
