/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The system's clock, ahead by as many seconds as a file says: a test moves the time of another
 * process with it, as if that process had slept.
 */
final class FileClock extends Clock implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String file;

  private FileClock(Path file) {
    this.file = file.toString();
  }

  /** The clock of all processes that work on a bed. */
  static FileClock of(Path home) {
    return new FileClock(home.resolve("seconds-ahead"));
  }

  /** Moves the clock of all processes forward. */
  void forward(Duration by) {
    try {
      Files.writeString(Path.of(file), Long.toString(ahead() + by.toSeconds()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long ahead() {
    try {
      Path path = Path.of(file);
      String text = Files.exists(path) ? Files.readString(path) : "";
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Instant instant() {
    return Instant.now().plusSeconds(ahead());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
