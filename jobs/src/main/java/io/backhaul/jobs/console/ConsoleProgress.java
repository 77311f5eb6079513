/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.console;

import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Shows how far a long step is: on a terminal a live bar, elsewhere a line when a step begins and
 * one every few seconds while it goes on. Thread-safe.
 */
public final class ConsoleProgress implements RunObserver, AutoCloseable {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final Terminal terminal;
  private final Clock clock;
  private ScheduledExecutorService timer;
  private LiveBar bar;
  private String task;
  private long total;
  private Delivered soFar;
  private Instant begunAt;
  private Instant saidAt;

  private ConsoleProgress(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /** Says nothing. */
  public static ConsoleProgress silent() {
    return new ConsoleProgress(null, null);
  }

  /** On the terminal's {@code err}. */
  public static ConsoleProgress on(Terminal terminal, Clock clock) {
    return new ConsoleProgress(terminal, clock);
  }

  @Override
  public void step(String run, Step step, long operations) {
    begin(run + " " + step, operations);
  }

  /**
   * Begins something that takes a while, and ends what was begun before.
   *
   * @param what a few words
   * @param size things it will go through, -1 where that is not known
   */
  public synchronized void begin(String what, long size) {
    end();
    if (terminal == null) {
      return;
    }
    task = what;
    total = size;
    soFar = null;
    begunAt = clock.instant();
    saidAt = begunAt;
    if (terminal.errShown()) {
      bar = new LiveBar(terminal, what, size);
    } else {
      terminal.err().println(size < 0 ? what : what + ": " + count(size) + " operations");
      startTimer();
    }
  }

  @Override
  public synchronized void delivered(Delivered delivered) {
    soFar = delivered;
    if (bar != null) {
      bar.at(delivered.total(), troubles(delivered));
    }
  }

  @Override
  public void ended() {
    end();
  }

  /** Ends what was begun last; nothing happens where nothing was. */
  public synchronized void end() {
    task = null;
    if (bar != null) {
      bar.close();
      bar = null;
    }
    if (timer != null) {
      timer.shutdownNow();
      timer = null;
    }
  }

  @Override
  public void close() {
    end();
  }

  /** Says how far it is, if the last line is a few seconds old. */
  synchronized void tick() {
    if (task == null || clock.instant().isBefore(saidAt.plus(BETWEEN_LINES))) {
      return;
    }
    saidAt = clock.instant();
    terminal.err().println(line(Duration.between(begunAt, saidAt).toSeconds()));
  }

  private String line(long seconds) {
    if (total < 0 || soFar == null) {
      return "%s: %d s so far".formatted(task, seconds);
    }
    long rate = soFar.total() / Math.max(1, seconds);
    String left = rate == 0 ? "" : ", about %d s left".formatted((total - soFar.total()) / rate);
    return "%s: %s of %s, %s/s, %s%s"
        .formatted(task, count(soFar.total()), count(total), count(rate), troubles(soFar), left);
  }

  private static String troubles(Delivered delivered) {
    return "%s rejected, circuit %s".formatted(count(delivered.rejected()), delivered.circuit());
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private void startTimer() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "backhaul-progress");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    var unused = executor.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    timer = executor;
  }
}
