/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.sync.Cancellation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jline.utils.Signals;

/**
 * While it is open, Ctrl-C and SIGTERM cancel a run instead of ending the process in the middle of
 * it; the second one ends the process at once, as {@code kill -9} would.
 */
final class StopSignals implements AutoCloseable {

  private static final int KILLED_BY_USER = 130;

  private final Map<String, Object> before = new LinkedHashMap<>();

  private StopSignals() {}

  /** Sends both signals to {@code cancellation}. */
  static StopSignals into(Cancellation cancellation) {
    StopSignals signals = new StopSignals();
    for (String name : new String[] {"INT", "TERM"}) {
      signals.before.put(name, Signals.register(name, () -> signalled(name, cancellation)));
    }
    return signals;
  }

  private static void signalled(String name, Cancellation cancellation) {
    if (cancellation.requested()) {
      Runtime.getRuntime().halt(KILLED_BY_USER);
    }
    cancellation.request("SIG" + name);
  }

  @Override
  public void close() {
    before.forEach(Signals::unregister);
  }
}
